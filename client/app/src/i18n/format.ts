// Numbers, money and times as a Turkish or English reader writes them, in the tenant's zone.
import type { Money } from '@/wire/records'
import { currentLocale, type Locale } from '.'

let zone: string | undefined
/** The tenant's time zone, once it is known. */
export function setTimeZone(name: string | undefined): void {
  try {
    if (name) new Intl.DateTimeFormat('tr', { timeZone: name })
    zone = name
    cache.clear()
  } catch {
    zone = undefined
  }
}

export const timeZone = (): string | undefined => zone

const tags: Record<Locale, string> = { tr: 'tr-TR', en: 'en-GB' }
const cache = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>()

function cached<F extends Intl.NumberFormat | Intl.DateTimeFormat>(
  key: string,
  make: (tag: string) => F,
): F {
  const locale = currentLocale()
  const name = `${locale}:${key}`
  let format = cache.get(name) as F | undefined
  if (!format) {
    format = make(tags[locale])
    cache.set(name, format)
  }
  return format
}

export const number = (value: number): string =>
  cached('n', (tag) => new Intl.NumberFormat(tag)).format(value)

/** A count that was not made to the end: `500+`. */
export const atLeast = (value: number, isMore: boolean): string =>
  isMore ? `${number(value)}+` : number(value)

/** ₺7.250.000; kuruş only when there are any. */
export function money(value: Money): string {
  const whole = value.minor % 100 === 0
  return cached(
    `m${value.currency}${whole}`,
    (tag) =>
      new Intl.NumberFormat(tag, {
        style: 'currency',
        currency: value.currency,
        currencyDisplay: 'narrowSymbol',
        minimumFractionDigits: whole ? 0 : 2,
        maximumFractionDigits: whole ? 0 : 2,
      }),
  ).format(value.minor / 100)
}

/** ₺94,2 Mn: for sums where the last digits say nothing. */
export function moneyShort(value: Money): string {
  return cached(
    `s${value.currency}`,
    (tag) =>
      new Intl.NumberFormat(tag, {
        style: 'currency',
        currency: value.currency,
        currencyDisplay: 'narrowSymbol',
        notation: 'compact',
        maximumSignificantDigits: 3,
      }),
  ).format(value.minor / 100)
}

/** "14.30" in Turkish, "14:30" in English. */
export function clock(at: Date): string {
  const text = cached(
    't',
    (tag) => new Intl.DateTimeFormat(tag, { hour: '2-digit', minute: '2-digit', timeZone: zone }),
  ).format(at)
  return currentLocale() === 'tr' ? text.replace(':', '.') : text
}

const dayNumber = (at: Date): number => {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(at)
  return Math.round(Date.parse(`${parts}T00:00:00Z`) / 86_400_000)
}

/** Whole calendar days from `now` to `at` in the tenant's zone; negative is past. */
export const daysBetween = (now: Date, at: Date): number => dayNumber(at) - dayNumber(now)

export interface Age {
  unit: 'now' | 'minutes' | 'hours' | 'yesterday' | 'days' | 'date'
  n: number
  then: Date
}

/** In the unit that people would name. */
export function ageOf(at: string | Date, now: Date): Age {
  const then = typeof at === 'string' ? new Date(at) : at
  const minutes = Math.floor((now.getTime() - then.getTime()) / 60_000)
  if (minutes < 1) return { unit: 'now', n: 0, then }
  if (minutes < 60) return { unit: 'minutes', n: minutes, then }
  const n = -daysBetween(now, then)
  if (n < 1 || minutes < 360) return { unit: 'hours', n: Math.floor(minutes / 60), then }
  return { unit: n === 1 ? 'yesterday' : n < 14 ? 'days' : 'date', n, then }
}

const yearOf = (at: Date): string =>
  cached('y', (tag) => new Intl.DateTimeFormat(tag, { year: 'numeric', timeZone: zone })).format(at)

export function dayMonth(at: Date): string {
  const sameYear = yearOf(at) === yearOf(new Date())
  return cached(
    sameYear ? 'd' : 'dy',
    (tag) =>
      new Intl.DateTimeFormat(tag, {
        day: 'numeric',
        month: 'short',
        timeZone: zone,
        ...(sameYear ? {} : { year: 'numeric' }),
      }),
  ).format(at)
}

export const weekday = (at: Date): string =>
  cached('w', (tag) => new Intl.DateTimeFormat(tag, { weekday: 'short', timeZone: zone })).format(
    at,
  )

/** "21 Kas 2026 12.00": for tooltips and detail rows. */
export const dateTime = (at: Date): string =>
  `${cached('dl', (tag) => new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'short', year: 'numeric', timeZone: zone })).format(at)} ${clock(at)}`
