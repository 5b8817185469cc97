// What is sent, what is missing, what a colleague's change means, and the ready-made rules.
import { QueryClient } from '@tanstack/react-query'
import { expect, test } from 'vitest'
import { setLocale } from '@/i18n'
import type { Stage } from '@/wire/records'
import type { Rule, RuleParts } from '@/wire/rules'
import type { ActivityType } from '@/wire/work'
import {
  actionOf,
  doings,
  draftOf,
  isFailing,
  isSame,
  keyed,
  meet,
  missingIn,
  partsOf,
} from './draft'
import { hoursIn, minutesIn, spanOf, spanOfHours } from './duration'
import { type House, namesOf } from './house'
import { readRunsAgain, withEvent } from './queries'
import { spanText } from './sentence'
import { isChanged, templateKeys, templateOf } from './templates'

const rule: RuleParts = {
  name: 'Kural',
  trigger: { op: 'card.moved', stage: 's1' },
  conditions: [{ field: 'customer.quality', is: 'is', value: ['A'] }],
  actions: [{ do: 'tag', add: ['VIP'] }],
  delay_minutes: 0,
  hours: 'always',
}

test('what the server says and what was typed are the same rule', () => {
  const asRead: RuleParts = {
    ...rule,
    trigger: { op: 'card.moved', board: null, stage: 's1', type: null, outcome: null },
    actions: [{ add: ['VIP'], remove: [], do: 'tag' }],
  }
  expect(isSame(rule, asRead)).toBe(true)
  expect(isSame(rule, { ...asRead, hours: 'business' })).toBe(false)
  expect(isSame(rule, { ...asRead, actions: [{ do: 'tag', add: ['Vip'] }] })).toBe(false)
})

test('only what means something is sent', () => {
  const draft = draftOf({ ...rule, name: '  Kural ' })
  draft.conditions = [keyed({ field: 'card.need', is: 'empty', value: ['x'] })]
  draft.actions = [
    keyed({ do: 'remind', minutes: 5, text: 'x', kind: null, who: 'owner', from: 'now' }),
    keyed({ do: 'assign', to: 'load:all', replace: false }),
    keyed({ do: 'activity', type: 'a', title: '', due_minutes: null, who: 'owner' }),
  ]
  expect(partsOf(draft)).toEqual({
    ...rule,
    conditions: [{ field: 'card.need', is: 'empty' }],
    actions: [
      { do: 'remind', minutes: 5, text: 'x', who: 'owner' },
      { do: 'assign', to: 'load:all' },
      { do: 'activity', type: 'a', who: 'owner' },
    ],
  })
})

test('what is missing is said by the server’s names of the fields', () => {
  expect(missingIn(rule)).toEqual({})
  expect(missingIn({ ...rule, name: ' ', actions: [] })).toEqual({
    name: 'required',
    actions: 'required',
  })
  const parts: RuleParts = {
    ...rule,
    conditions: [
      { field: 'customer.tags', is: 'has', value: [] },
      { field: 'card.amount', is: 'more', value: null },
      { field: 'card.need', is: 'empty' },
      { field: 'card.amount', is: 'less', value: 'x' },
    ],
    actions: doings.map(actionOf),
    delay_minutes: 43_201,
  }
  expect(missingIn(parts)).toEqual({
    'conditions.0.value': 'required',
    'conditions.1.value': 'required',
    'conditions.3.value': 'bad_value',
    'actions.1.text': 'required',
    'actions.2.type': 'required',
    'actions.3.stage': 'required',
    'actions.4.add': 'required',
    'actions.5.text': 'required',
    'actions.6.subject': 'required',
    'actions.6.body': 'required',
    'actions.7.webhook': 'required',
    delay_minutes: 'bad_value',
  })
  const half: RuleParts = {
    ...rule,
    actions: [
      { do: 'remind', minutes: Number.NaN, text: 'x'.repeat(201), who: 'user:' },
      { do: 'notify', who: 'user:u1', text: 'tamam' },
    ],
  }
  expect(missingIn(half)).toEqual({
    'actions.0.minutes': 'bad_value',
    'actions.0.text': 'too_long',
    'actions.0.who': 'required',
  })
})

test('a colleague’s change is taken, passed over or shown', () => {
  const renamed = { ...rule, name: 'Onun adı' }
  const mine = { ...rule, name: 'Benim adım' }
  expect(meet(rule, rule, renamed)).toBe('take')
  // switched off, or my own save coming back: only the version went on
  expect(meet(rule, mine, rule)).toBe('keep')
  expect(meet(rule, mine, mine)).toBe('keep')
  expect(meet(rule, mine, renamed)).toBe('conflict')
})

const listed = (id: string, position: number): Rule => ({
  ...rule,
  id,
  enabled: true,
  position,
  builtin: null,
  version: 1,
  runs_week: 0,
  failed_week: 0,
  last_run_at: null,
  last_failed_at: null,
  created_by: 'u1',
  created_at: '2026-11-21T12:00:00.000Z',
  updated_at: '2026-11-21T12:00:00.000Z',
})
const ids = (rules: readonly Rule[]) => rules.map(({ id }) => id).join('')

test('events keep the list true and in order', () => {
  const rules = [listed('a', 0), listed('c', 2)]
  expect(ids(withEvent(rules, { op: 'rule.saved', d: { rule: listed('b', 1) } }))).toBe('abc')
  expect(ids(withEvent(rules, { op: 'rule.saved', d: { rule: listed('a', 3) } }))).toBe('ca')
  expect(ids(withEvent(rules, { op: 'rule.removed', d: { id: 'a' } }))).toBe('c')
  expect(ids(withEvent(rules, { op: 'rule.reordered', d: { order: ['c', 'a'] } }))).toBe('ca')
  expect(withEvent(rules, { op: 'team.removed', d: { id: 'a' } })).toBe(rules)
})

test('a rule fails while its newest run failed', () => {
  const at = '2026-11-21T12:00:00.000Z'
  expect(isFailing({ last_run_at: null, last_failed_at: null })).toBe(false)
  expect(isFailing({ last_run_at: at, last_failed_at: at })).toBe(true)
  expect(isFailing({ last_run_at: '2026-11-21T13:00:00.000Z', last_failed_at: at })).toBe(false)
})

test('spans go there and back', () => {
  for (const minutes of [0, 1, 59, 60, 61, 1440, 4321, 10_080])
    expect(minutesIn(spanOf(minutes))).toBe(minutes)
  for (const hours of [0.5, 1, 24, 48, 36]) expect(hoursIn(spanOfHours(hours))).toBe(hours)
})

const house = {
  types: [
    {
      id: 'd',
      key: 'deposit',
      outcomes: [
        { id: 'late', kind: 'positive', position: 2 },
        { id: 'paid', kind: 'positive', position: 1 },
        { id: 'no', kind: 'negative', position: 0 },
      ],
    },
  ] as unknown as ActivityType[],
  stages: [
    { id: 'old', name: 'Kapora', archived_at: '2026-01-01T00:00:00.000Z' },
    { id: 'k', name: 'Kapora', archived_at: null },
  ] as unknown as Stage[],
}

test('every ready-made rule could be saved as it is', () => {
  for (const locale of ['tr', 'en'] as const) {
    setLocale(locale)
    for (const key of templateKeys) {
      const parts = templateOf(key, house)
      expect(parts && missingIn(parts), key).toEqual({})
    }
  }
  setLocale('tr')
  expect(templateOf('deposit_stage', house)).toMatchObject({
    trigger: { op: 'activity.closed', type: 'd', outcome: 'paid' },
    actions: [{ do: 'move_card', stage: 'k' }],
  })
  expect(templateOf('deposit_stage', { types: [], stages: house.stages })).toBeUndefined()
})

test('a rule still says which archived type, outcome and service it means', () => {
  setLocale('tr')
  const gone = { archived_at: '2026-01-01T00:00:00.000Z' }
  const names = namesOf(
    {
      people: { active: [], of: () => ({ name: '' }) },
      boards: [],
      teams: [],
      stages: [],
      types: [],
      services: [],
      allTypes: [
        {
          id: 'd',
          key: 'deposit',
          name: 'Kapora',
          outcomes: [{ id: 'o', name: 'Vazgeçti', ...gone }],
          ...gone,
        },
        { id: 'c', key: 'call', name: 'Görüşme', outcomes: [], archived_at: null },
      ],
      allServices: [{ id: 's', name: 'Gezi', ...gone }],
    } as unknown as House,
    'activity.closed',
  )
  expect(names.activityType('deposit')).toBe('Kapora (arşivde)')
  expect(names.activityType('c')).toBe('Görüşme')
  expect(names.outcome('o')).toBe('Vazgeçti (arşivde)')
  expect(names.service('s')).toBe('Gezi (arşivde)')
  expect(names.outcome('x')).toBeUndefined()
})

test('other words are no other rule, another time is', () => {
  const template = templateOf('no_show_follow_up', house)
  if (!template) throw new Error('no template')
  const [action] = template.actions
  if (action?.do !== 'remind') throw new Error('no reminder')
  const worded = { ...template, name: 'Başka ad', actions: [{ ...action, text: 'Başka' }] }
  expect(isChanged(worded, template)).toBe(false)
  expect(isChanged({ ...template, actions: [{ ...action, minutes: 90 }] }, template)).toBe(true)
})

test('spans in their largest whole unit', () => {
  const said = [0, 1, 15, 60, 90, 1440, 2880, 10_080, 10_081].map((n) =>
    (['tr', 'en'] as const).map((locale) => {
      setLocale(locale)
      return spanText(spanOf(n))
    }),
  )
  expect(said).toEqual([
    ['0 dakika', '0 minutes'],
    ['1 dakika', '1 minute'],
    ['15 dakika', '15 minutes'],
    ['1 saat', '1 hour'],
    ['90 dakika', '90 minutes'],
    ['1 gün', '1 day'],
    ['2 gün', '2 days'],
    ['1 hafta', '1 week'],
    ['10.081 dakika', '10,081 minutes'],
  ])
  setLocale('tr')
})

test('what worked is read again, but not below who has read far back', () => {
  const queries = new QueryClient()
  const pages = (count: number) => ({ pages: Array.from({ length: count }, () => ({})) })
  const keys = [
    ['rule-runs', 'r1', null],
    ['rule-runs', 'r1', 'ran'],
    ['rule-runs', 'r2', null],
  ]
  const [near = [], far = [], other = []] = keys
  queries.setQueryData(near, pages(2))
  queries.setQueryData(far, pages(3))
  queries.setQueryData(other, pages(1))
  const isStale = (key: readonly unknown[]) => queries.getQueryState(key)?.isInvalidated
  readRunsAgain(queries, new Set(['r1']))
  expect(keys.map(isStale)).toEqual([true, false, false])
  readRunsAgain(queries, null)
  expect(keys.map(isStale)).toEqual([true, false, true])
})
