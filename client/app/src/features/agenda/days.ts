// Days and minutes of the tenant's clock. A day is "2026-11-21"; all views count in them and only
// commands speak of instants.
import { fromWall, toWall } from '@/i18n/local-time'

export type Day = string
export const DAY_MINUTES = 24 * 60
const DAY_MS = 86_400_000

const two = (value: number) => String(value).padStart(2, '0')

const utc = (day: Day): number => Date.parse(`${day}T00:00:00Z`)
const ofUtc = (ms: number): Day => new Date(ms).toISOString().slice(0, 10)

export const dayOf = (at: Date): Day => toWall(at).slice(0, 10)
/** Minutes since midnight on the wall. */
export function minuteOf(at: Date): number {
  const wall = toWall(at)
  return Number(wall.slice(11, 13)) * 60 + Number(wall.slice(14, 16))
}
export const addDays = (day: Day, days: number): Day => ofUtc(utc(day) + days * DAY_MS)
export const daysApart = (from: Day, to: Day): number => Math.round((utc(to) - utc(from)) / DAY_MS)

/** 0 is Monday. */
export const weekDay = (day: Day): number => (new Date(utc(day)).getUTCDay() + 6) % 7
export const weekStart = (day: Day): Day => addDays(day, -weekDay(day))
export const monthStart = (day: Day): Day => `${day.slice(0, 7)}-01`
export function addMonths(day: Day, months: number): Day {
  const first = new Date(utc(monthStart(day)))
  first.setUTCMonth(first.getUTCMonth() + months)
  const start = ofUtc(first.getTime())
  const length = daysApart(start, ofUtc(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1)))
  return addDays(start, Math.min(Number(day.slice(8)), length) - 1)
}

/** The instant at which the wall's clock shows so many minutes of a day; 1440 is the next midnight. */
export function atMinute(day: Day, minute: number): Date {
  const over = Math.floor(minute / DAY_MINUTES)
  const rest = minute - over * DAY_MINUTES
  const text = `${over ? addDays(day, over) : day}T${two(Math.floor(rest / 60))}:${two(rest % 60)}`
  return fromWall(text) ?? new Date(utc(day) + minute * 60_000)
}

/** "09:30" as minutes; "24:00" is the end of a day. */
export function clockMinutes(text: string): number {
  const [hours = '0', minutes = '0'] = text.split(':')
  return Number(hours) * 60 + Number(minutes)
}
export const clockText = (minutes: number): string =>
  `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`

export type ViewName = 'day' | 'week' | 'month' | 'list'
export const views: readonly ViewName[] = ['day', 'week', 'month', 'list']
export const LIST_DAYS = 31

export interface Stretch {
  /** The first day shown, and how many. */
  from: Day
  days: number
}

/** The days that a view shows around a day. */
export function stretchOf(view: ViewName, day: Day): Stretch {
  if (view === 'day') return { from: day, days: 1 }
  if (view === 'week') return { from: weekStart(day), days: 7 }
  if (view === 'list') return { from: day, days: LIST_DAYS }
  const from = weekStart(monthStart(day))
  const after = addMonths(monthStart(day), 1)
  return { from, days: Math.ceil(daysApart(from, after) / 7) * 7 }
}

/** The day that a view stands on one step on or back. */
export function stepped(view: ViewName, day: Day, by: 1 | -1): Day {
  if (view === 'month') return addMonths(day, by)
  return addDays(day, by * (view === 'day' ? 1 : 7))
}

export const daysOf = ({ from, days }: Stretch): Day[] =>
  Array.from({ length: days }, (_, n) => addDays(from, n))
