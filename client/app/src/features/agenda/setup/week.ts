// A week of hours as it is edited: times as typed, and whether they make sense.
import type { Interval, Week } from '@/wire/agenda'
import { clockMinutes, DAY_MINUTES } from '../days'

const USUAL: Interval = { from: '09:00', to: '18:00' }

/** A time field knows no 24:00: midnight at the end of a stretch is the end of the day. */
export const shownEnd = (to: string): string => (to === '24:00' ? '00:00' : to)
export const typedEnd = (to: string): string => (to === '00:00' ? '24:00' : to)

const isClock = (text: string) => /^\d\d:\d\d$/.test(text)

export function isSound(day: readonly Interval[]): boolean {
  let at = 0
  for (const { from, to } of day) {
    if (!isClock(from) || !isClock(to)) return false
    const [start, end] = [clockMinutes(from), clockMinutes(to)]
    if (start < at || end <= start || end > DAY_MINUTES) return false
    at = end
  }
  return true
}

const clock = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`

/** Cuts an hour out of the middle of the last stretch, where one fits; else adds one behind it. */
export function withBreak(day: readonly Interval[]): Interval[] {
  const last = day.at(-1)
  if (!last) return [USUAL]
  const [from, to] = [clockMinutes(last.from), clockMinutes(last.to)]
  if (to - from >= 180) {
    const middle = Math.floor((from + to) / 2 / 30) * 30
    return [
      ...day.slice(0, -1),
      { from: last.from, to: clock(middle - 30) },
      { from: clock(middle + 30), to: last.to },
    ]
  }
  if (to > DAY_MINUTES - 120) return [...day]
  return [...day, { from: clock(to + 60), to: clock(Math.min(to + 120, DAY_MINUTES)) }]
}

export const openDay = (week: Week, day: number): Interval[] => [
  ...(week.find((each, index) => index !== day && each.length > 0) ?? [USUAL]),
]

export const changedDay = (week: Week, day: number, next: Interval[]): Week =>
  week.map((each, index) => (index === day ? next : each))

/** Monday's hours on all days from Tuesday to Friday. */
export const copiedDown = (week: Week): Week =>
  week.map((each, index) => (index > 0 && index < 5 ? [...(week[0] ?? [])] : each))

export const sameWeek = (a: Week, b: Week): boolean => JSON.stringify(a) === JSON.stringify(b)
