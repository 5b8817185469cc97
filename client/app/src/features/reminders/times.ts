// Times that people choose most, and how a list of work falls apart by them.
import { daysBetween } from '@/i18n/format'
import { dayAt, toWall } from '@/i18n/local-time'

export type QuickTime = 'minutes10' | 'hour' | 'evening' | 'tomorrow' | 'days3' | 'week'

const FIVE = 5 * 60_000
const MINUTE = 60_000

/** The quick choices that still lie ahead. */
export function quickTimes(now: Date): { id: QuickTime; at: Date }[] {
  const after = (minutes: number) =>
    new Date(Math.ceil((now.getTime() + minutes * MINUTE) / FIVE) * FIVE)
  // A week ahead at a quarter of an hour that people would name.
  const [hour = 10, minute = 0] = toWall(now).slice(11).split(':').map(Number)
  const all: { id: QuickTime; at: Date }[] = [
    { id: 'minutes10', at: after(10) },
    { id: 'hour', at: after(60) },
    { id: 'evening', at: dayAt(now, 0, 17) },
    { id: 'tomorrow', at: dayAt(now, 1, 9, 30) },
    { id: 'days3', at: dayAt(now, 3, 9, 30) },
    { id: 'week', at: dayAt(now, 7, hour, Math.floor(minute / 15) * 15) },
  ]
  return all.filter(({ id, at }) => id !== 'evening' || at.getTime() > now.getTime() + 60 * MINUTE)
}

export type DueGroup = 'overdue' | 'today' | 'next'

export function dueGroup(due: string, now: Date): DueGroup {
  const at = new Date(due)
  if (at.getTime() < now.getTime()) return 'overdue'
  return daysBetween(now, at) === 0 ? 'today' : 'next'
}

export interface Counts {
  overdue: number
  today: number
}

export function countDue(dues: Iterable<string>, now: Date): Counts {
  const counts = { overdue: 0, today: 0 }
  for (const due of dues) {
    const group = dueGroup(due, now)
    if (group !== 'next') counts[group]++
  }
  return counts
}
