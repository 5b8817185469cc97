// What a condition can look at: the field's kind decides how it is compared and with which input.
import type { CustomField } from '@/wire/records'
import type { Condition, Is, RuleOp, Trigger } from '@/wire/rules'

export type FieldKind =
  | 'text'
  | 'number'
  | 'money'
  | 'hours'
  | 'date'
  | 'bool'
  /** One of a few words of the server. */
  | 'words'
  /** One of the tenant's own options. */
  | 'choice'
  | 'quality'
  | 'source'
  | 'board'
  | 'stage'
  | 'tags'
  | 'people'
  | 'person'

export type FieldGroup = 'customer' | 'card' | 'event' | 'custom'
export interface Field {
  id: string
  kind: FieldKind
  group: FieldGroup
  /** `words`: the values that there are; `choice`: the tenant's options. */
  options?: readonly string[]
  /** Of the tenant's own fields. */
  label?: string
}

const customer: readonly Field[] = [
  { id: 'customer.quality', kind: 'quality', group: 'customer' },
  { id: 'customer.source', kind: 'source', group: 'customer' },
  { id: 'customer.tags', kind: 'tags', group: 'customer' },
  { id: 'customer.owners', kind: 'people', group: 'customer' },
  { id: 'customer.name', kind: 'text', group: 'customer' },
  { id: 'customer.company', kind: 'text', group: 'customer' },
  { id: 'customer.age_hours', kind: 'hours', group: 'customer' },
  { id: 'customer.contact_hours', kind: 'hours', group: 'customer' },
  { id: 'customer.score_emotional', kind: 'number', group: 'customer' },
  { id: 'customer.score_logical', kind: 'number', group: 'customer' },
]
const card: readonly Field[] = [
  { id: 'card.stage', kind: 'stage', group: 'card' },
  {
    id: 'card.stage_kind',
    kind: 'words',
    group: 'card',
    options: ['open', 'won', 'lost', 'parked'],
  },
  { id: 'card.board', kind: 'board', group: 'card' },
  { id: 'card.amount', kind: 'money', group: 'card' },
  { id: 'card.need', kind: 'text', group: 'card' },
  { id: 'card.stage_hours', kind: 'hours', group: 'card' },
]

const ofEvent = (id: string, kind: FieldKind, options?: readonly string[]): Field => ({
  id: `event.${id}`,
  kind,
  group: 'event',
  ...(options ? { options } : {}),
})
const appointment = [
  ofEvent('source', 'words', ['staff', 'public']),
  ofEvent('people', 'people'),
  ofEvent('title', 'text'),
]
/** What the event itself says, where that is worth asking for. */
const event: Partial<Record<RuleOp, readonly Field[]>> = {
  'lead.received': [ofEvent('created', 'bool'), ofEvent('note', 'bool')],
  'card.moved': [ofEvent('from', 'stage')],
  'activity.closed': [ofEvent('assignee', 'person'), ofEvent('title', 'text')],
  'appointment.booked': appointment,
  'appointment.no_show': appointment,
  'appointment.cancelled': [...appointment, ofEvent('reason', 'text')],
  'reminder.fired': [ofEvent('assignee', 'person'), ofEvent('text', 'text')],
}

const customKinds: Record<CustomField['kind'], FieldKind> = {
  text: 'text',
  number: 'number',
  date: 'date',
  choice: 'choice',
  bool: 'bool',
}
const own = ({ key, kind, options, label }: CustomField): Field => ({
  id: `customer.custom.${key}`,
  kind: customKinds[kind],
  group: 'custom',
  options,
  label,
})

/** Everything that can be asked when this happens, in the order of the list. */
export const fieldsFor = (op: RuleOp, custom: readonly CustomField[]): readonly Field[] => [
  ...customer,
  ...card,
  ...(event[op] ?? []),
  ...custom.map(own),
]

/** Also what is no longer offered: a removed own field, an event's field typed by software. */
export function fieldOf(id: string, op: RuleOp, custom: readonly CustomField[]): Field {
  const known = fieldsFor(op, custom).find((field) => field.id === id)
  if (known) return known
  const group = id.startsWith('event.') ? 'event' : id.startsWith('card.') ? 'card' : 'custom'
  return { id, kind: 'text', group, label: id.split('.').at(-1) ?? id }
}

const choosing: readonly Is[] = ['is', 'is_not', 'empty', 'not_empty']
const listing: readonly Is[] = ['has', 'has_not', 'empty', 'not_empty']
const comparisons: Record<FieldKind, readonly Is[]> = {
  text: ['has', 'has_not', 'is', 'is_not', 'empty', 'not_empty'],
  number: ['more', 'less', 'is', 'empty', 'not_empty'],
  money: ['more', 'less', 'is', 'empty', 'not_empty'],
  hours: ['more', 'less'],
  date: choosing,
  bool: ['is'],
  words: ['is', 'is_not'],
  choice: choosing,
  quality: choosing,
  source: choosing,
  board: ['is', 'is_not'],
  stage: ['is', 'is_not'],
  person: ['is', 'is_not', 'empty', 'not_empty'],
  tags: listing,
  people: listing,
}
/** Nobody may ever have spoken with somebody; every other time is there. */
export const comparisonsOf = (field: Field): readonly Is[] =>
  field.id === 'customer.contact_hours'
    ? [...comparisons.hours, 'empty', 'not_empty']
    : comparisons[field.kind]

export const asksNothing = (is: Is): boolean => is === 'empty' || is === 'not_empty'

/** Which kinds take several values, of which one is enough. */
export const takesSeveral = (kind: FieldKind): boolean =>
  !['number', 'money', 'hours', 'date', 'bool'].includes(kind)

/** A new condition on this field. */
export function conditionOn(field: Field): Condition {
  const [is = 'is'] = comparisonsOf(field)
  return { field: field.id, is, value: firstValue(field) }
}
const firstValue = ({ kind }: Field): Condition['value'] =>
  kind === 'bool' ? true : kind === 'hours' ? 24 : takesSeveral(kind) ? [] : null

/** The values as a list, whichever way they were written. */
export const valuesOf = ({ value }: Condition): (string | number | boolean)[] =>
  value === null || value === undefined || value === ''
    ? []
    : Array.isArray(value)
      ? value
      : [value]

// What narrows a trigger

export type Narrowing = 'board' | 'stage' | 'type' | 'outcome' | 'source' | 'tag'
const narrowings: Record<RuleOp, readonly Narrowing[]> = {
  'lead.received': ['source'],
  'customer.created': ['source'],
  'customer.tagged': ['tag'],
  'card.created': ['board', 'stage'],
  'card.moved': ['board', 'stage'],
  'card.assigned': ['board', 'stage'],
  'activity.closed': ['type', 'outcome'],
  'appointment.booked': ['type'],
  'appointment.no_show': ['type'],
  'appointment.cancelled': ['type'],
  'reminder.fired': ['type'],
}
export const narrowingsOf = (op: RuleOp): readonly Narrowing[] => narrowings[op] ?? []

/** Another event: only what means something there stays. */
export const triggerOf = (op: RuleOp): Trigger => ({ op })
