// Days and times on the business's clock, whatever clock the reader's device has.
import type { Locale } from './locale'

/** "2026-11-21" on the business's clock. */
export type Day = string

const DAY_MS = 86_400_000
const tags: Record<Locale, string> = { tr: 'tr-TR', en: 'en-GB' }

const formats = new Map<string, Intl.DateTimeFormat>()
function format(tag: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const name = `${tag}${JSON.stringify(options)}`
  let made = formats.get(name)
  if (!made) {
    made = new Intl.DateTimeFormat(tag, options)
    formats.set(name, made)
  }
  return made
}

/** The device's own zone. */
export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone

export const dayOf = (at: Date, zone: string): Day =>
  format('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at)

const noon = (day: Day): Date => new Date(`${day}T12:00:00Z`)

export const plusDays = (day: Day, days: number): Day =>
  new Date(noon(day).getTime() + days * DAY_MS).toISOString().slice(0, 10)

/** Calendar days from one to the other. */
export const daysFrom = (from: Day, to: Day): number =>
  Math.round((noon(to).getTime() - noon(from).getTime()) / DAY_MS)

/** Minutes the zone is ahead of UTC at that moment. */
export function offsetAt(at: Date, zone: string): number {
  const options = { hourCycle: 'h23', timeZone: zone } as const
  const parts = format('en-GB', {
    ...options,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  }).formatToParts(at)
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value)
  const wall = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'))
  return Math.round((wall - at.getTime()) / 60_000)
}

/** The moment a day begins on the business's clock. */
export function beginOf(day: Day, zone: string): Date {
  const wall = Date.parse(`${day}T00:00:00Z`)
  const guess = new Date(wall - offsetAt(new Date(wall), zone) * 60_000)
  return new Date(wall - offsetAt(guess, zone) * 60_000)
}

/** Before noon, before six, after it: by the hour on the wall. */
export type Part = 'morning' | 'afternoon' | 'evening'
export function partOf(at: Date, zone: string): Part {
  const hour = Number(
    format('en-GB', { hour: '2-digit', hourCycle: 'h23', timeZone: zone }).format(at),
  )
  if (hour < 12) return 'morning'
  return hour < 18 ? 'afternoon' : 'evening'
}

/** "14.30" in Turkish, "14:30" in English. */
export function clock(at: Date, zone: string, locale: Locale): string {
  const text = format(tags[locale], {
    hour: '2-digit',
    minute: '2-digit',
    timeZone: zone,
  }).format(at)
  return locale === 'tr' ? text.replace(':', '.') : text
}

export const span = (from: Date, to: Date, zone: string, locale: Locale): string =>
  `${clock(from, zone, locale)}–${clock(to, zone, locale)}`

/** "26 Kasım Perşembe"; with the year when it is another one. */
export function longDay(at: Date, zone: string, locale: Locale, now = new Date()): string {
  const other = dayOf(at, zone).slice(0, 4) !== dayOf(now, zone).slice(0, 4)
  return format(tags[locale], {
    day: 'numeric',
    month: 'long',
    weekday: 'long',
    timeZone: zone,
    ...(other ? { year: 'numeric' } : {}),
  }).format(at)
}

/** Of a day alone, for the strip: "Per", "26", "Kasım". */
export function shortDay(
  day: Day,
  locale: Locale,
): { weekday: string; date: string; month: string } {
  const one = (options: Intl.DateTimeFormatOptions) =>
    format(tags[locale], { ...options, timeZone: 'UTC' }).format(noon(day))
  return {
    weekday: one({ weekday: 'short' }),
    date: one({ day: 'numeric' }),
    month: one({ month: 'long' }),
  }
}

export const dayName = (day: Day, locale: Locale): string => longDay(noon(day), 'UTC', locale)

/** "İstanbul (GMT+3)": the city of the zone's name and how far it is ahead. */
export function zoneName(zone: string, at: Date, locale: Locale): string {
  const minutes = offsetAt(at, zone)
  const hours = Math.trunc(Math.abs(minutes) / 60)
  const rest = Math.abs(minutes) % 60
  const ahead = `GMT${minutes < 0 ? '−' : '+'}${hours}${rest ? `:${String(rest).padStart(2, '0')}` : ''}`
  const city = zone.split('/').pop()?.replaceAll('_', ' ') ?? zone
  const named = locale === 'tr' && city === 'Istanbul' ? 'İstanbul' : city
  return city === 'UTC' ? 'UTC' : `${named} (${ahead})`
}

/** Whether the reader's clock shows another time then. */
export const differs = (at: Date, zone: string, own = ownZone()): boolean =>
  offsetAt(at, zone) !== offsetAt(at, own)

/** "₺1.250"; the smaller unit only when there is some. */
export function price(value: { minor: number; currency: string }, locale: Locale): string {
  const digits = value.minor % 100 === 0 ? 0 : 2
  return new Intl.NumberFormat(tags[locale], {
    style: 'currency',
    currency: value.currency,
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value.minor / 100)
}
