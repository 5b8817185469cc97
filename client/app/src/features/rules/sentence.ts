// A rule as one sentence: "Randevu alındığında → sorumlu için randevudan 1 gün önceye teyit
// hatırlatması kur". Pure: names come in, words go out, in the reader's language.
import { currentLocale } from '@/i18n'
import { dayMonth, number } from '@/i18n/format'
import type { Action, Condition, RuleParts, Trigger } from '@/wire/rules'
import { type Span, spanOf, spanOfHours } from './duration'
import { asksNothing, type Field, valuesOf } from './fields'
import type { RuleNames } from './names'
import { sentenceTexts as t } from './sentence-texts'

type Key = Parameters<typeof t>[0]
/** Keys are put together from words of the wire; a word without a text falls back. */
const has = (key: string): boolean => t(key as 'yes') !== key
const say = (key: string, params: Record<string, string | number> = {}): string =>
  (t as (key: Key, params: Record<string, string | number>) => string)(key as Key, params)

// What comes from data is wrapped in Unicode isolates: screens draw it stronger, and a name in
// another script cannot turn the sentence round.
const OPEN = '\u2068'
const CLOSE = '\u2069'
export const mark = (value: string): string => `${OPEN}${value}${CLOSE}`
export const plain = (text: string): string => text.replaceAll(OPEN, '').replaceAll(CLOSE, '')
export interface Piece {
  text: string
  isValue: boolean
}
export const pieces = (text: string): Piece[] =>
  text
    .split(/(\u2068[^\u2068\u2069]*\u2069)/)
    .filter(Boolean)
    .map((part) => ({ text: plain(part), isValue: part.startsWith(OPEN) }))

const joined = (parts: readonly string[], type: 'conjunction' | 'disjunction'): string =>
  new Intl.ListFormat(currentLocale() === 'tr' ? 'tr' : 'en-GB', { type }).format(parts)

export const spanText = ({ n, unit }: Span): string => say(`span.${unit}`, { count: n })
const minutesText = (minutes: number): string => mark(spanText(spanOf(minutes)))

/** A name that is there, the mark of a choice still to make, or that the record is gone. */
const named = (id: string | null | undefined, of: (id: string) => string | undefined): string =>
  mark(id ? (of(id) ?? t('gone')) : t('open'))

const userOf = (who: string): string | undefined =>
  who.startsWith('user:') ? who.slice('user:'.length) : undefined

// When

export function whenText(trigger: Trigger, names: RuleNames): string {
  const { op, board, stage, type, outcome, source, tag } = trigger
  const base = `when.${op}`
  if (op === 'activity.closed' && type && outcome) {
    return say(`${base}.outcome`, {
      type: named(type, names.activityType),
      outcome: named(outcome, names.outcome),
    })
  }
  if (op === 'reminder.fired' && type)
    return say(has(`${base}.${type}`) ? `${base}.${type}` : `${base}.other`)
  const narrowed: [key: string, value: string | undefined][] = [
    ['stage', stage ? named(stage, names.stage) : undefined],
    ['board', board ? named(board, names.board) : undefined],
    [
      'type',
      type ? named(type, op === 'activity.closed' ? names.activityType : names.service) : undefined,
    ],
    ['source', source ? mark(names.source(source)) : undefined],
    ['tag', tag ? mark(tag) : undefined],
  ]
  for (const [key, value] of narrowed) {
    if (value !== undefined && has(`${base}.${key}`)) return say(`${base}.${key}`, { [key]: value })
  }
  return has(base) ? say(base) : mark(op)
}

// If

export const fieldName = (field: Field): string =>
  field.label === undefined
    ? say(`field.${field.id}`)
    : t('field.own', { label: mark(field.label) })

export function valueText(
  field: Field,
  value: string | number | boolean,
  names: RuleNames,
): string {
  const quoted = (text: string) => `“${mark(text)}”`
  switch (field.kind) {
    case 'number':
      return mark(typeof value === 'number' ? number(value) : String(value))
    case 'money':
      return mark(names.money(Number(value)))
    case 'hours':
      return mark(spanText(spanOfHours(Number(value))))
    case 'bool':
      return quoted(t(value === true ? 'yes' : 'no'))
    case 'date': {
      const at = new Date(`${value}T12:00:00Z`)
      return mark(Number.isNaN(at.getTime()) ? String(value) : dayMonth(at))
    }
    case 'words':
      return quoted(has(`word.${value}`) ? say(`word.${value}`) : String(value))
    case 'source':
      return quoted(names.source(String(value)))
    case 'board':
      return quoted(names.board(String(value)) ?? t('gone'))
    case 'stage':
      return quoted(names.stage(String(value)) ?? t('gone'))
    case 'people':
    case 'person':
      return quoted(names.user(String(value)) ?? t('gone'))
    default:
      return quoted(String(value))
  }
}

export function conditionText(condition: Condition, names: RuleNames): string {
  const field = names.field(condition.field)
  const own = `if.${field.id.split('.').at(-1)}`
  const { is } = condition
  if (field.kind === 'bool' && field.label === undefined)
    return say(`${own}.${condition.value === false ? 'no' : 'yes'}`)
  const values = asksNothing(is)
    ? []
    : valuesOf(condition).map((value) => valueText(field, value, names))
  const value = values.length === 0 ? mark(t('open')) : joined(values, 'disjunction')
  if (field.label === undefined && has(`${own}.${is}`)) return say(`${own}.${is}`, { value })
  const params = { field: fieldName(field), value }
  const isList = field.kind === 'tags' || field.kind === 'people'
  if (values.length > 1 && (is === 'is_not' || is === 'has_not')) {
    const key = is === 'has_not' && isList ? 'if.has_not_any' : 'if.is_not_any'
    // "none of" reads over a plain list
    return is === 'is_not' || isList
      ? say(key, { ...params, value: values.join(', ') })
      : say('if.has_not', params)
  }
  if (isList && (is === 'has' || is === 'has_not')) return say(`if.${is}_list`, params)
  return say(`if.${is}`, params)
}

// Then

const who = (said: string, names: RuleNames): string =>
  said === 'owner' ? t('owner') : t('person', { user: named(userOf(said), names.user) })

/** What people wrote, with the variable as a word and not as a sign. */
const words = (text: string): string => text.trim().replaceAll('{name}', t('customerName'))
const withText = (doing: string, text: string | null | undefined): string =>
  text?.trim() ? t('withText', { doing, text: mark(words(text)) }) : doing

const after = (minutes: number): string =>
  minutes === 0 ? t('at.now') : t('at.after', { span: minutesText(minutes) })

function assignText(to: string, replace: boolean | undefined, names: RuleNames): string {
  const [how = '', whom = ''] = to.split(':')
  const doing =
    how === 'user'
      ? t('do.assign.user', { user: named(whom, names.user) })
      : how !== 'round_robin' && how !== 'load'
        ? t('do.assign.user', { user: mark(t('open')) })
        : whom === 'all'
          ? t(`do.assign.${how}`)
          : t(`do.assign.${how}.team`, { team: named(whom, names.team) })
  return replace ? t('do.assign.replace', { doing }) : doing
}

function tagText(add: readonly string[] = [], remove: readonly string[] = []): string {
  const quoted = (tags: readonly string[]) =>
    joined(
      tags.map((tag) => `“${mark(tag)}”`),
      'conjunction',
    )
  const parts = [
    add.length > 0 && t('do.tag.add', { count: add.length, tags: quoted(add) }),
    remove.length > 0 && t('do.tag.remove', { count: remove.length, tags: quoted(remove) }),
  ].filter((part) => part !== false)
  return parts.join(', ') || t('do.tag.add', { count: 1, tags: `“${mark(t('open'))}”` })
}

function mailText(to: string, subject: string, names: RuleNames): string {
  const params = { subject: mark(words(subject) || t('open')) }
  if (to === 'customer' || to === 'owners') return t(`do.mail.${to}`, params)
  if (to.includes('@')) return t('do.mail.address', { ...params, address: mark(to) })
  return t('do.mail.user', { ...params, user: named(userOf(to), names.user) })
}

export function actionText(action: Action, names: RuleNames): string {
  switch (action.do) {
    case 'move_card':
      return t('do.move_card', { stage: named(action.stage, names.stage) })
    case 'assign':
      return assignText(action.to, action.replace, names)
    case 'tag':
      return tagText(action.add, action.remove)
    case 'remind': {
      const { minutes, from, kind, text } = action
      const when =
        from === 'appointment'
          ? minutes === 0
            ? t('at.start')
            : t('at.before', { span: minutesText(minutes) })
          : after(minutes)
      const key = `kind.${kind ?? 'other'}`
      const doing = t('do.remind', {
        who: who(action.who, names),
        when,
        kind: has(key) ? say(key) : t('kind.other'),
      })
      return withText(doing, text)
    }
    case 'activity': {
      const params = {
        who: who(action.who, names),
        type: named(action.type, names.activityType),
      }
      const due = action.due_minutes
      const doing =
        due === null || due === undefined
          ? t('do.activity', params)
          : t('do.activity.due', { ...params, when: after(due) })
      return withText(doing, action.title)
    }
    case 'notify': {
      const { who: whom } = action
      const doing =
        whom === 'owners' || whom === 'managers'
          ? t(`do.notify.${whom}`)
          : t('do.notify.user', { user: named(userOf(whom), names.user) })
      return withText(doing, action.text)
    }
    case 'mail':
      return mailText(action.to, action.subject, names)
    case 'webhook':
      return t('do.webhook', { webhook: named(action.webhook, names.webhook) })
  }
}

// All of it

export interface Sentence {
  /** When, how much later, and in which hours. */
  when: string
  /** All of these must hold. */
  conditions: string
  actions: string
}

export function sentenceOf(
  rule: Pick<RuleParts, 'trigger' | 'conditions' | 'actions' | 'delay_minutes' | 'hours'>,
  names: RuleNames,
): Sentence {
  const when = [
    whenText(rule.trigger, names),
    rule.delay_minutes > 0 && t('delay.after', { span: minutesText(rule.delay_minutes) }),
    rule.hours === 'business' && t('businessHours'),
  ].filter((part) => part !== false)
  const conditions = rule.conditions.map((each) => conditionText(each, names))
  const actions = rule.actions.map((each) => actionText(each, names))
  const ifs = joined(conditions, 'conjunction')
  return {
    when: when.join(', '),
    conditions: ifs && t('ifAll', { conditions: ifs }),
    actions: actions.length === 0 ? t('nothing') : joined(actions, 'conjunction'),
  }
}

/** One line, for names of controls and for search. */
export function sentenceLine(rule: Parameters<typeof sentenceOf>[0], names: RuleNames): string {
  const { when, conditions, actions } = sentenceOf(rule, names)
  return plain(`${[when, conditions].filter(Boolean).join(', ')} → ${actions}`)
}
