// "az önce, 6 dk, 3 sa, dün, 4 gün, 21 Kas"
import { common } from './common'
import { dayMonth, daysBetween } from './format'

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

export function ago(at: string | Date, now = new Date()): string {
  const { unit, n, then } = ageOf(at, now)
  switch (unit) {
    case 'now':
      return common('justNow')
    case 'minutes':
      return common('minutesAgo', { n })
    case 'hours':
      return common('hoursAgo', { n })
    case 'yesterday':
      return common('yesterday')
    case 'days':
      return common('daysAgo', { n })
    default:
      return dayMonth(then)
  }
}
