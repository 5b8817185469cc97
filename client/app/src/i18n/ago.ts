// "az önce, 6 dk, 3 sa, dün, 4 gün, 21 Kas"
import { common } from './common'
import { ageOf, dayMonth } from './format'

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
