// Days in words, as the reader's language has them. Days of the wall's clock are no instants: they
// are written in UTC, where each is exactly itself.
import { currentLocale } from '@/i18n'
import { clockText, type Day } from './days'

const formats = new Map<string, Intl.DateTimeFormat>()

function written(day: Day, name: string, options: Intl.DateTimeFormatOptions): string {
  const tag = currentLocale() === 'tr' ? 'tr-TR' : 'en-GB'
  const key = `${tag}:${name}`
  let format = formats.get(key)
  if (!format) {
    format = new Intl.DateTimeFormat(tag, { ...options, timeZone: 'UTC' })
    formats.set(key, format)
  }
  return format.format(new Date(`${day}T12:00:00Z`))
}

/** "Salı 24 Kasım", without the year. */
export const dayLong = (day: Day): string =>
  written(day, 'long', { weekday: 'long', day: 'numeric', month: 'long' })
/** "Sal" */
export const dayShort = (day: Day): string => written(day, 'short', { weekday: 'short' })
/** "Pazartesi"; 0 is Monday. */
export const dayName = (day: number): string =>
  written(`2024-01-0${day + 1}`, 'name', { weekday: 'long' })
export const dayNumber = (day: Day): string => String(Number(day.slice(8)))
/** "24 Kasım 2026" */
export const dayDate = (day: Day): string =>
  written(day, 'date', { day: 'numeric', month: 'long', year: 'numeric' })
/** "Kasım 2026" */
export const monthName = (day: Day): string =>
  written(day, 'month', { month: 'long', year: 'numeric' })
const dayMonthShort = (day: Day): string => written(day, 'dm', { day: 'numeric', month: 'short' })

/** "16–22 Kas 2026", "30 Kas – 6 Ara 2026" */
export function stretchName(from: Day, to: Day): string {
  const year = to.slice(0, 4)
  if (from.slice(0, 7) === to.slice(0, 7)) return `${dayNumber(from)}–${dayMonthShort(to)} ${year}`
  const first = from.slice(0, 4) === year ? '' : ` ${from.slice(0, 4)}`
  return `${dayMonthShort(from)}${first} – ${dayMonthShort(to)} ${year}`
}

/** "09.30" in Turkish, "09:30" in English: minutes of a day as the reader writes them. */
export function wallText(minutes: number): string {
  const text = clockText(minutes)
  return currentLocale() === 'tr' ? text.replace(':', '.') : text
}
