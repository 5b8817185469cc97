// Wall-clock times of the tenant's zone for date and time fields: "2026-11-21T14:30" and back.
import { timeZone } from './format'

const MINUTE = 60_000

// Making a format takes a hundred times as long as using it, and an agenda asks for many.
let kept: { zone: string | undefined; format: Intl.DateTimeFormat } | undefined

function formatOf(zone: string | undefined): Intl.DateTimeFormat {
  if (kept?.zone !== zone || !kept) {
    const format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    })
    kept = { zone, format }
  }
  return kept.format
}

function parts(at: Date): Record<string, number> {
  const format = formatOf(timeZone())
  return Object.fromEntries(format.formatToParts(at).map((part) => [part.type, Number(part.value)]))
}

/** How far the tenant's clock is ahead of UTC at that moment, in milliseconds. */
function offset(at: Date): number {
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = parts(at)
  const wall = Date.UTC(year, month - 1, day, hour, minute)
  return wall - Math.floor(at.getTime() / MINUTE) * MINUTE
}

const two = (value: number) => String(value).padStart(2, '0')

export function toWall(at: Date): string {
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = parts(at)
  return `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}`
}

/** Undefined for what is no time. A time that the clock jumps over is read with the later offset. */
export function fromWall(text: string): Date | undefined {
  const found = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d))?/.exec(text)
  if (!found) return undefined
  const [, year, month, day, hour = '0', minute = '0'] = found
  const wall = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute))
  if (Number.isNaN(wall)) return undefined
  const guess = new Date(wall - offset(new Date(wall)))
  return new Date(wall - offset(guess))
}

/** The same wall clock some days on. */
export function dayAt(now: Date, days: number, hour: number, minute = 0): Date {
  const { year = 0, month = 1, day = 1 } = parts(now)
  const date = new Date(Date.UTC(year, month - 1, day + days))
  const text = `${date.toISOString().slice(0, 10)}T${two(hour)}:${two(minute)}`
  return fromWall(text) ?? date
}
