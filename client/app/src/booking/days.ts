// Which days have free times, as far as it is known. The server answers at most 500 times at once,
// so an answer may end in the middle of a day: that day is asked for again.
import type { Slot } from './api'
import { type Day, dayOf, plusDays } from './times'

/** Times by day; a day without any is known to be full, a day that is absent is not known. */
export type Days = ReadonlyMap<Day, readonly Slot[]>

const ANSWER_MAX = 500

/** What an answer for `count` days from `first` says. */
export function known(items: readonly Slot[], first: Day, count: number, zone: string): Days {
  const days = new Map<Day, Slot[]>()
  for (let n = 0; n < count; n++) days.set(plusDays(first, n), [])
  for (const slot of items) days.get(dayOf(new Date(slot.starts_at), zone))?.push(slot)
  const last = items.at(-1)
  if (items.length >= ANSWER_MAX && last) {
    const cut = dayOf(new Date(last.starts_at), zone)
    // One day alone can be answered whole.
    for (const day of [...days.keys()]) if (day >= cut && day !== first) days.delete(day)
  }
  return days
}

export const merged = (before: Days, news: Days): Days => new Map([...before, ...news])

/** The first day of `from … until` that nobody asked about. */
export function firstUnknown(days: Days, from: Day, until: Day): Day | undefined {
  for (let day = from; day <= until; day = plusDays(day, 1)) if (!days.has(day)) return day
  return undefined
}

/** The first day with a free time, or the first that has to be asked about before one can say. */
export function nextFree(days: Days, from: Day, until: Day): { free?: Day; unknown?: Day } {
  for (let day = from; day <= until; day = plusDays(day, 1)) {
    const times = days.get(day)
    if (!times) return { unknown: day }
    if (times.length > 0) return { free: day }
  }
  return {}
}

/** Free times that are nearest to one that is gone, on the days that are known. */
export function nearest(days: Days, at: string, count: number): Slot[] {
  const moment = Date.parse(at)
  return [...days.values()]
    .flat()
    .sort(
      (a, b) =>
        Math.abs(Date.parse(a.starts_at) - moment) - Math.abs(Date.parse(b.starts_at) - moment),
    )
    .slice(0, count)
    .sort((a, b) => a.starts_at.localeCompare(b.starts_at))
}
