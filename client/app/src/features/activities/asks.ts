// What an outcome or a stage asks before it takes a card: drafts as people type them, and the
// fields of a command.
import { parseMoney } from '@/features/boards/money-input'
import { fromWall } from '@/i18n/local-time'
import type { Card, Quality, Requirement, Stage } from '@/wire/records'
import type { Ask, AskField, OutcomeFields } from '@/wire/work'

export type Asked = AskField | Requirement
export interface Question {
  field: Asked
  required: boolean
}
/** What was typed or chosen, by field. */
export type Draft = Partial<Record<Asked, string>>
export type AskProblem = 'required' | 'badAmount' | 'badDate'

export type Answers = OutcomeFields & {
  need?: string
  next_due_at?: string
  owner?: string
}

export interface Read {
  fields: Answers
  problems: Partial<Record<Asked, AskProblem>>
}

/** Reads a draft; only what was answered becomes a field. */
export function readDraft(questions: readonly Question[], draft: Draft, currency: string): Read {
  const read: Read = { fields: {}, problems: {} }
  for (const { field, required } of questions) {
    const text = draft[field]?.trim() ?? ''
    if (!text) {
      if (required) read.problems[field] = 'required'
      continue
    }
    if (field === 'amount') {
      const minor = parseMoney(text)
      if (minor === null) read.problems.amount = 'badAmount'
      else read.fields.amount = { minor, currency }
    } else if (field === 'date' || field === 'next_due_at') {
      const at = fromWall(text)
      if (!at) read.problems[field] = 'badDate'
      else read.fields[field] = at.toISOString()
    } else if (field === 'quality') read.fields.quality = text as Quality
    else read.fields[field] = text
  }
  return read
}

export const isComplete = ({ problems }: Read): boolean => Object.keys(problems).length === 0

const order: readonly Asked[] = [
  'lost_reason',
  'amount',
  'date',
  'next_due_at',
  'need',
  'quality',
  'owner',
  'note',
]
const byOrder = (a: Question, b: Question) => order.indexOf(a.field) - order.indexOf(b.field)

export const questionsOf = (asks: readonly Ask[]): Question[] => [...asks].sort(byOrder)

type Known = Pick<Card, 'amount' | 'need' | 'quality' | 'owners' | 'next_due_at' | 'lost_reason'>

const has = (card: Partial<Known>, field: Requirement): boolean => {
  switch (field) {
    case 'owner':
      return (card.owners?.length ?? 0) > 0
    case 'need':
    case 'lost_reason':
      return Boolean(card[field]?.trim())
    default:
      return card[field] !== null && card[field] !== undefined
  }
}

/** What the stage asks for and at least one of the cards does not have, in the order of asking. */
export function missingFor(
  stage: Pick<Stage, 'requires'>,
  cards: readonly Partial<Known>[],
): Question[] {
  const missing = (stage.requires ?? []).filter((field) => cards.some((card) => !has(card, field)))
  return missing.map((field) => ({ field, required: true })).sort(byOrder)
}
