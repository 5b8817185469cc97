// My open work and how much of it is due, kept true by `me` and the clock.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo } from 'react'
import { useMinute, useRows, useTopic, useTopicEvents } from '@/live/hooks'
import { observable, useObservable } from '@/live/observable'
import { api } from '@/session/api'
import { usePermission, useSignedIn } from '@/session/session'
import type { Ev } from '@/wire/frames'
import type { Page } from '@/wire/records'
import type { Activity, Reminder } from '@/wire/work'
import { type Counts, countDue } from './times'

/** The time, told anew at every full minute. */
export function useNow(): Date {
  const minute = useMinute()
  // biome-ignore lint/correctness/useExhaustiveDependencies: each minute is another time
  return useMemo(() => new Date(), [minute])
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
const AHEAD_MS = 7 * 86_400_000

/** The newest, and with more than a page of them what is late or due this week as well. */
export async function readMine(now = Date.now()): Promise<readonly Activity[]> {
  const open = { assignee: 'me', state: 'open', limit: MOST }
  const newest = await api.get<Page<Activity>>('/activities', open)
  if (!newest.next_cursor) return newest.items
  const due = new Date(now + AHEAD_MS).toISOString()
  const first = await api.get<Page<Activity>>('/activities', { ...open, due })
  return [...new Map([...newest.items, ...first.items].map((each) => [each.id, each])).values()]
}

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
    queryFn: () => readMine(),
    enabled: canSee,
    staleTime: 60_000,
    refetchInterval: 5 * 60_000,
  })
  // What is not asked for is not waited for either.
  return { read, reread, isWaiting: canSee && read.isPending }
}

export function useMyCounts(): Counts {
  const mine = useMyReminders()
  const { read } = useMyActivities()
  const now = useNow()
  const activities = read.data
  return useMemo(
    () =>
      countDue(
        [...mine, ...(activities ?? [])].flatMap((each) => each.due_at ?? []),
        now,
      ),
    [mine, activities, now],
  )
}
