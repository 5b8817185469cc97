// How often an appointment comes again, as people choose it and as the wire writes it (RFC 5545).
import type { RepeatRule } from '@/wire/agenda'
import { addDays, addMonths, type Day, weekDay } from './days'

export const paces = [
  'none',
  'day',
  'workday',
  'week',
  'weeks2',
  'month',
  'monthday',
  'year',
] as const
export type Pace = (typeof paces)[number]

export interface Repeating {
  pace: Pace
  /** Days of the week for weekly ones, 0 is Monday. */
  days: readonly number[]
  ends: 'count' | 'until'
  count: string
  until: Day
  skip: boolean
}

export const MOST_TIMES = 100
const codes = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const

/** Which of its weekday in the month a day is: the 1st to 4th, or the last. */
export function placeInMonth(day: Day): number {
  const isLast = addDays(day, 7).slice(0, 7) !== day.slice(0, 7)
  const place = Math.ceil(Number(day.slice(8)) / 7)
  return isLast && place > 3 ? -1 : place
}

export const noRepeat = (day: Day): Repeating => ({
  pace: 'none',
  days: [weekDay(day)],
  ends: 'count',
  count: '8',
  until: addMonths(day, 2),
  skip: false,
})

/** The days that a weekly series falls on; the day of its first is always one. */
export const daysOfWeek = (days: readonly number[], start: Day): number[] =>
  [...new Set([...days, weekDay(start)])].sort((a, b) => a - b)

function rule({ pace, days }: Repeating, start: Day): string | undefined {
  const byDay = daysOfWeek(days, start)
    .map((day) => codes[day])
    .join(',')
  switch (pace) {
    case 'none':
      return undefined
    case 'day':
      return 'FREQ=DAILY'
    case 'workday':
      return 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR'
    case 'week':
      return `FREQ=WEEKLY;BYDAY=${byDay}`
    case 'weeks2':
      return `FREQ=WEEKLY;INTERVAL=2;BYDAY=${byDay}`
    case 'month':
      return `FREQ=MONTHLY;BYMONTHDAY=${Number(start.slice(8))}`
    case 'monthday':
      return `FREQ=MONTHLY;BYDAY=${placeInMonth(start)}${codes[weekDay(start)]}`
    case 'year':
      return 'FREQ=YEARLY'
  }
}

export type RepeatProblem = 'count' | 'until'

export function repeatProblem(of: Repeating, start: Day): RepeatProblem | undefined {
  if (of.pace === 'none') return undefined
  if (of.ends === 'count') {
    const count = Number(of.count)
    return Number.isInteger(count) && count >= 2 && count <= MOST_TIMES ? undefined : 'count'
  }
  return of.until > start && of.until <= addMonths(start, 12) ? undefined : 'until'
}

/** `end` is the last instant of the day on which a series ends. */
export function repeatOf(
  of: Repeating,
  start: Day,
  end: (day: Day) => Date,
): RepeatRule | undefined {
  const rrule = rule(of, start)
  if (!rrule) return undefined
  return {
    rrule,
    ...(of.ends === 'count' ? { count: Number(of.count) } : { until: end(of.until).toISOString() }),
    ...(of.skip ? { skip: true } : {}),
  }
}
