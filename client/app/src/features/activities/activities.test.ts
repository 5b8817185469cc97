// What outcomes and stages ask, and what an activity looks like before the server has answered.
import { expect, test } from 'vitest'
import { setLocale } from '@/i18n'
import { setTimeZone } from '@/i18n/format'
import '@/features/customer/model'
import './model'
import { modelOf } from '@/live/model'
import { Topic } from '@/live/topic'
import type { Ev } from '@/wire/frames'
import type { Activity } from '@/wire/work'
import { isComplete, missingFor, questionsOf, readDraft } from './asks'

setLocale('tr')
setTimeZone('Europe/Istanbul')

test('an outcome is complete only with everything it requires', () => {
  const questions = questionsOf([
    { field: 'note', required: false },
    { field: 'amount', required: true },
    { field: 'date', required: true },
  ])
  expect(questions.map(({ field }) => field)).toEqual(['amount', 'date', 'note'])
  const empty = readDraft(questions, { note: '  ' }, 'TRY')
  expect(empty).toEqual({ fields: {}, problems: { amount: 'required', date: 'required' } })
  expect(isComplete(empty)).toBe(false)
  const full = readDraft(questions, { amount: '7.250,50', date: '2026-11-21T14:30' }, 'TRY')
  expect(full.fields).toEqual({
    amount: { minor: 725_050, currency: 'TRY' },
    date: '2026-11-21T11:30:00.000Z',
  })
  expect(isComplete(full)).toBe(true)
})

test('an amount or a date that cannot be read is said, not sent', () => {
  const questions = questionsOf([
    { field: 'amount', required: false },
    { field: 'date', required: false },
  ])
  expect(readDraft(questions, { amount: 'çok', date: 'yarın' }, 'TRY')).toEqual({
    fields: {},
    problems: { amount: 'badAmount', date: 'badDate' },
  })
})

test('a stage asks only for what a card does not have', () => {
  const stage = { requires: ['amount', 'owner', 'lost_reason', 'quality'] as never }
  const full = {
    amount: { minor: 0, currency: 'TRY' },
    owners: ['u1'],
    lost_reason: 'Fiyat',
    quality: 'A' as const,
  }
  expect(missingFor(stage, [full])).toEqual([])
  expect(
    missingFor(stage, [full, { ...full, owners: [], lost_reason: ' ' }]).map((q) => q.field),
  ).toEqual(['lost_reason', 'owner'])
  expect(missingFor({}, [{}])).toEqual([])
})

const activity = (more: Partial<Activity> = {}): Activity => ({
  id: 'a1',
  customer_id: 'c1',
  card_id: null,
  type_id: 't1',
  title: 'Arama',
  body: null,
  assignee: 'u1',
  due_at: null,
  state: 'open',
  outcome_id: null,
  outcome: null,
  opened_by: 'u1',
  opened_at: '2026-11-21T09:00:00.000Z',
  closed_by: null,
  closed_at: null,
  version: 1,
  ...more,
})

function opened(): Topic {
  const topic = new Topic('customer:c1', modelOf('customer:c1'))
  topic.subbed({ t: 'subbed', topic: 'customer:c1', epoch: 'e', seq: 5, mode: 'snapshot' })
  const d = { customer: { id: 'c1', cards: [] }, notes: [], activities: [activity()] }
  topic.snap({ t: 'snap', topic: 'customer:c1', epoch: 'e', seq: 5, part: 1, last: true, d })
  return topic
}
const row = (topic: Topic, id = 'a1') => topic.view.get<Activity>('activities', id)

test('closing shows at once, and is taken back when it is refused', () => {
  const topic = opened()
  const at = Date.parse('2026-11-21T10:00:00Z')
  const d = { activity: 'a1', outcome: 'o1', fields: { note: 'tamam' } }
  topic.add({ id: 'x', topic: topic.key, op: 'activity.close', d, at })
  expect(row(topic)).toMatchObject({ state: 'done', outcome_id: 'o1', outcome: { note: 'tamam' } })
  topic.drop('x')
  expect(row(topic)?.state).toBe('open')
})

test('an opened one gives way to the one the server made', () => {
  const topic = opened()
  topic.add({ id: 'x', topic: topic.key, op: 'activity.open', d: { type: 't1' }, at: 0 })
  expect(row(topic, 'x')?.version).toBe(0)
  const ev: Ev = {
    t: 'ev',
    topic: topic.key,
    seq: 6,
    at: '2026-11-21T10:00:00.000Z',
    by: 'u1',
    op: 'activity.opened',
    d: { activity: activity({ id: 'a2' }) },
    cmd: 'x',
  }
  topic.ev(ev)
  expect(row(topic, 'x')).toBeUndefined()
  expect(row(topic, 'a2')?.type_id).toBe('t1')
  // The journal has it too.
  expect([...topic.view.all('events')]).toHaveLength(1)
})
