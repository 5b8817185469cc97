// The columns of a day or a week, and what stands in each.
import type { Holiday, Hours, TimeOff } from '@/wire/agenda'
import { canMove } from './commands'
import { type Day, dayOf, minuteOf } from './days'
import {
  type Away,
  awayOn,
  gaps,
  type Laid,
  merged,
  openOn,
  pack,
  type Span,
  spanOn,
} from './layout'
import { type Entry, isKnown } from './range'
import { has, type Subject } from './subjects'

/** One hour is this high. */
export const HOUR_PX = 54
export const MINUTE_PX = HOUR_PX / 60

export interface Column {
  key: string
  day: Day
  /** Whose column it is; a column of a week is everybody's. */
  subject?: Subject
}

export interface Filled extends Column {
  laid: Laid<Entry>[]
  /** When nobody of them works. */
  closed: Span[]
  away: Away[]
  holiday: Holiday | undefined
}

export interface Facts {
  entries: readonly Entry[]
  subjects: readonly Subject[]
  hours: readonly Hours[]
  timeOff: readonly TimeOff[]
  holidays: readonly Holiday[]
}

export function fill(columns: readonly Column[], facts: Facts): Filled[] {
  return columns.map((column) => {
    const { day, subject } = column
    const holiday = facts.holidays.find((each) => each.date === day)
    const whose = (subject ? [subject] : facts.subjects).map((each) => each.of)
    const mine = subject ? facts.entries.filter((entry) => has(entry, subject)) : facts.entries
    const spans = mine.flatMap((entry) => {
      const span = spanOn(day, entry.starts, entry.ends)
      return span ? [{ ...span, of: entry }] : []
    })
    const open = (whose.length > 0 ? whose : ['tenant']).flatMap((of) =>
      openOn(day, of, facts.hours, holiday),
    )
    return {
      ...column,
      laid: pack(spans),
      closed: gaps(merged(open)),
      away: awayOn(day, whose, facts.timeOff),
      holiday,
    }
  })
}

/** The minutes of an entry on the day on which it begins; its end may lie beyond midnight. */
export function whole(entry: Entry): Span {
  const from = minuteOf(entry.starts)
  return { from, to: from + Math.round((entry.ends.getTime() - entry.starts.getTime()) / 60_000) }
}

/** Can it be taken by this column's piece of it? */
export const isHandle = (entry: Entry, day: Day): boolean =>
  entry.of !== undefined && isKnown(entry) && canMove(entry.of) && dayOf(entry.starts) === day

/** The people and resources after a move from one column to another. */
export function reseated(
  entry: Entry,
  from: Subject | undefined,
  to: Subject | undefined,
): { people: string[]; resources: string[] } {
  const now = { people: [...entry.people], resources: [...entry.resources] }
  if (!from || !to || from.of === to.of || from.kind !== to.kind) return now
  const list = from.kind === 'person' ? now.people : now.resources
  const next = [...new Set(list.map((id) => (id === from.id ? to.id : id)))]
  return from.kind === 'person' ? { ...now, people: next } : { ...now, resources: next }
}
