// Where things stand in a column of a day: spans in minutes, lanes side by side for what overlaps,
// and the time in which nobody works.
import type { Hours, Interval, Of, TimeOff, Week } from '@/wire/agenda'
import { clockMinutes, DAY_MINUTES, type Day, dayOf, daysApart, minuteOf, weekDay } from './days'

export interface Span {
  from: number
  to: number
}

/** The part of a time that falls on a day, in its minutes; undefined where none does. */
export function spanOn(day: Day, starts: Date, ends: Date): Span | undefined {
  const from = daysApart(day, dayOf(starts)) * DAY_MINUTES + minuteOf(starts)
  const to = daysApart(day, dayOf(ends)) * DAY_MINUTES + minuteOf(ends)
  const span = { from: Math.max(0, from), to: Math.min(DAY_MINUTES, Math.max(to, from)) }
  return span.to > span.from && from < DAY_MINUTES && to > 0 ? span : undefined
}

export interface Laid<T> extends Span {
  of: T
  /** Of `lanes` beside each other. */
  lane: number
  lanes: number
}

/** What is shorter is drawn this long, and may not lie under its neighbour. */
const LEAST_DRAWN = 20

/** Puts what overlaps side by side; what touches nothing has the whole width. */
export function pack<T>(items: readonly (Span & { of: T })[]): Laid<T>[] {
  const sorted = [...items].sort((a, b) => a.from - b.from || b.to - a.to)
  const laid: Laid<T>[] = []
  let group: Laid<T>[] = []
  let ends: number[] = []
  const close = () => {
    for (const each of group) each.lanes = ends.length
    laid.push(...group)
    group = []
    ends = []
  }
  for (const item of sorted) {
    const drawn = Math.max(item.to, item.from + LEAST_DRAWN)
    if (group.length > 0 && ends.every((end) => end <= item.from)) close()
    let lane = ends.findIndex((end) => end <= item.from)
    if (lane < 0) lane = ends.length
    ends[lane] = drawn
    group.push({ ...item, lane, lanes: 1 })
  }
  close()
  return laid
}

export function merged(spans: readonly Span[]): Span[] {
  const all: Span[] = []
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = all.at(-1)
    if (last && span.from <= last.to) last.to = Math.max(last.to, span.to)
    else all.push({ ...span })
  }
  return all
}

/** The rest of the day. */
export function gaps(open: readonly Span[]): Span[] {
  const all: Span[] = []
  let at = 0
  for (const span of merged(open)) {
    if (span.from > at) all.push({ from: at, to: span.from })
    at = Math.max(at, span.to)
  }
  if (at < DAY_MINUTES) all.push({ from: at, to: DAY_MINUTES })
  return all
}

const spanOf = ({ from, to }: Interval): Span => ({
  from: clockMinutes(from),
  to: clockMinutes(to),
})

/** The week that holds for somebody: their own, else the tenant's; a resource without is always there. */
export function weekOf(hours: readonly Hours[], of: Of): Week | undefined {
  const own = hours.find((each) => each.of === of)
  if (own) return own.week
  if (of.startsWith('resource:')) return undefined
  return hours.find((each) => each.of === 'tenant')?.week
}

/** After this a half holiday is free. */
const HALF_DAY = 13 * 60

/** When somebody works on a day. */
export function openOn(
  day: Day,
  of: Of,
  hours: readonly Hours[],
  holiday?: { half_day: boolean },
): Span[] {
  const week = weekOf(hours, of)
  const whole = [{ from: 0, to: DAY_MINUTES }]
  const open = week ? merged((week[weekDay(day)] ?? []).map(spanOf)) : whole
  // What has no hours is there on holidays too.
  if (!holiday || !week) return open
  if (!holiday.half_day) return []
  return open
    .filter((span) => span.from < HALF_DAY)
    .map((span) => ({ from: span.from, to: Math.min(span.to, HALF_DAY) }))
}

export interface Away extends Span {
  off: TimeOff
}

/** Who is away on a day: of the house, or of those asked for. */
export function awayOn(day: Day, whose: readonly Of[], all: readonly TimeOff[]): Away[] {
  return all.flatMap((off) => {
    if (off.of !== 'tenant' && !whose.includes(off.of)) return []
    const span = spanOn(day, new Date(off.starts_at), new Date(off.ends_at))
    return span ? [{ ...span, off }] : []
  })
}

/** The first and last minutes worth seeing of these days: an hour around the work. */
export function workdayOf(hours: readonly Hours[]): Span {
  const spans = hours.flatMap((each) => each.week.flat().map(spanOf))
  if (spans.length === 0) return { from: 8 * 60, to: 18 * 60 }
  return {
    from: Math.min(...spans.map((span) => span.from)),
    to: Math.max(...spans.map((span) => span.to)),
  }
}

export const snapTo = (minute: number, step: number): number => Math.round(minute / step) * step

/** A span moved by minutes that keeps inside its day. */
export function shifted(span: Span, by: number): Span {
  const length = span.to - span.from
  const from = Math.min(Math.max(0, span.from + by), DAY_MINUTES - 5)
  return { from, to: from + length }
}
