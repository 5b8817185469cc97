// "az önce, 6 dk, 3 sa, dün, 4 gün, 21 Kas"
import { common } from './common'
import { dayMonth, daysBetween } from './format'

export function ago(at: string | Date, now = new Date()): string {
  const then = typeof at === 'string' ? new Date(at) : at
  const minutes = Math.floor((now.getTime() - then.getTime()) / 60_000)
  if (minutes < 1) return common('justNow')
  if (minutes < 60) return common('minutesAgo', { n: minutes })
  const days = -daysBetween(now, then)
  if (days < 1 || minutes < 360) return common('hoursAgo', { n: Math.floor(minutes / 60) })
  if (days === 1) return common('yesterday')
  if (days < 14) return common('daysAgo', { n: days })
  return dayMonth(then)
}
