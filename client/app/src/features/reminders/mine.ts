// My open work and how much of it is due, kept true by `me` and the clock.
import { useEffect, useMemo, useState } from 'react'
import { useRows, useTopic } from '@/live/hooks'
import { useSignedIn } from '@/session/session'
import type { Reminder } from '@/wire/work'
import { type Counts, countDue } from './times'

const MINUTE = 60_000

/** The time, told anew at every full minute. */
export function useNow(): Date {
  const [now, setNow] = useState(() => new Date())
  // biome-ignore lint/correctness/useExhaustiveDependencies: each minute starts the next
  useEffect(() => {
    const timer = setTimeout(() => setNow(new Date()), MINUTE - (Date.now() % MINUTE) + 20)
    return () => clearTimeout(timer)
  }, [now])
  // Timers of a hidden tab are late.
  useEffect(() => {
    const wake = () => !document.hidden && setNow(new Date())
    document.addEventListener('visibilitychange', wake)
    return () => document.removeEventListener('visibilitychange', wake)
  }, [])
  return now
}

export function useMyReminders(): readonly Reminder[] {
  const { user } = useSignedIn()
  const rows = useRows<Reminder>(useTopic('me'), 'reminders')
  return useMemo(
    () => rows.filter((each) => each.state === 'open' && each.assignee === user.id),
    [rows, user.id],
  )
}

export function useMyCounts(): Counts {
  const mine = useMyReminders()
  const now = useNow()
  return useMemo(
    () =>
      countDue(
        mine.map((each) => each.due_at),
        now,
      ),
    [mine, now],
  )
}
