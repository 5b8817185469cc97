// My open work and how much of it is due, kept true by `me` and the clock.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { useRows, useTopic, useTopicEvents } from '@/live/hooks'
import { observable, useObservable } from '@/live/observable'
import { api } from '@/session/api'
import { usePermission, useSignedIn } from '@/session/session'
import type { Ev } from '@/wire/frames'
import type { Page } from '@/wire/records'
import type { Activity, Reminder } from '@/wire/work'
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

const activitiesKey = ['my-activities']
const MOST = 200

/** Activities have no event on `me` when they are closed: who closes one says so here. */
export const workChanged = observable(0)

/** My open activities, read again whenever something may have changed them. */
export function useMyActivities() {
  const queries = useQueryClient()
  const changes = useObservable(workChanged)
  const reread = useCallback(
    () => void queries.invalidateQueries({ queryKey: activitiesKey }),
    [queries],
  )
  useEffect(() => {
    if (changes > 0) reread()
  }, [changes, reread])
  const listener = useCallback(
    (ev: Ev) => {
      if (ev.op === 'notification.added') reread()
    },
    [reread],
  )
  useTopicEvents('me', listener)
  const canSee = usePermission('customers.view')
  const read = useQuery({
    queryKey: activitiesKey,
    queryFn: () =>
      api.get<Page<Activity>>('/activities', { assignee: 'me', state: 'open', limit: MOST }),
    enabled: canSee,
    staleTime: 60_000,
    refetchInterval: 5 * 60_000,
  })
  return { read, reread }
}

export function useMyCounts(): Counts {
  const mine = useMyReminders()
  const { read } = useMyActivities()
  const now = useNow()
  const activities = read.data?.items
  return useMemo(
    () =>
      countDue(
        [...mine, ...(activities ?? [])].flatMap((each) => each.due_at ?? []),
        now,
      ),
    [mine, activities, now],
  )
}
