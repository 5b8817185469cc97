// The free times behind the picker: asked for by the week, kept, and looked at again quietly.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { Refusal, type Slot } from './api'
import { type Days, firstUnknown, known, merged, nextFree } from './days'
import { beginOf, type Day, dayOf, daysFrom, plusDays } from './times'
import { useLookAgain } from './use'

export const WEEK = 7
/** Days of one question while looking at weeks, and while looking for the first free day. */
const NEAR = 14
const FAR = 31

export type Fetch = (from: Date, days: number) => Promise<{ items: Slot[] }>

export interface Slots {
  days: Days
  /** First day of the seven that are shown. */
  week: Day
  first: Day
  last: Day
  state: 'loading' | 'ready' | 'failed'
  /** The first free day after those shown; null when there is none at all, undefined while unknown. */
  next: Day | null | undefined
  show: (day: Day) => void
  again: () => void
}

/**
 * `name` tells one question from another: what was known of the last one is forgotten. `except` is
 * a start that counts as none: where the appointment that moves stands now.
 */
export function useSlots(
  name: string,
  fetch: Fetch,
  zone: string,
  horizonDays: number,
  except?: string,
): Slots {
  const first = dayOf(new Date(), zone)
  const last = plusDays(first, horizonDays)
  const [days, setDays] = useState<Days>(new Map())
  const [week, setWeek] = useState(first)
  const [state, setState] = useState<Slots['state']>('loading')
  const [next, setNext] = useState<Day | null | undefined>()
  const asked = useRef(0)
  const latest = useRef({ fetch, days })
  latest.current.fetch = fetch
  latest.current.days = days

  const load = useCallback(
    async (from: Day, count: number): Promise<Days> => {
      const until = Math.min(count, daysFrom(from, last) + 1)
      const answer = await latest.current.fetch(beginOf(from, zone), until)
      const days = known(answer.items, from, until, zone)
      if (!except) return days
      return new Map(
        [...days].map(([day, slots]) => [day, slots.filter((slot) => slot.starts_at !== except)]),
      )
    },
    [zone, last, except],
  )

  /** Shows a week; `jump` goes on to the first one that has something free. */
  const show = useCallback(
    async (from: Day, jump = false, forget = false): Promise<void> => {
      const turn = ++asked.current
      const valid = () => turn === asked.current
      let now: Days = forget ? new Map() : latest.current.days
      const take = (news: Days) => {
        now = merged(now, news)
        setDays(now)
      }
      const end = (day: Day) => {
        const far = plusDays(day, WEEK - 1)
        return far < last ? far : last
      }
      setWeek(from)
      setNext(undefined)
      if (forget) setDays(now)
      setState('loading')
      try {
        for (let day = firstUnknown(now, from, end(from)); day; ) {
          const news = await load(day, NEAR)
          if (!valid()) return
          take(news)
          day = firstUnknown(now, from, end(from))
        }
        setState('ready')
        const isFree = nextFree(now, from, end(from)).free !== undefined
        if (isFree) return
        for (;;) {
          const found = nextFree(now, from, last)
          if (found.unknown) {
            const news = await load(found.unknown, FAR)
            if (!valid()) return
            take(news)
            continue
          }
          if (found.free && jump) return show(found.free)
          setNext(found.free ?? null)
          return
        }
      } catch (error) {
        if (!valid()) return
        if (error instanceof Refusal) setState('failed')
        else throw error
      }
    },
    [load, last],
  )

  // biome-ignore lint/correctness/useExhaustiveDependencies: another question begins from today
  useEffect(() => {
    void show(first, true, true)
  }, [name, show])

  useLookAgain(() => {
    if (state === 'failed') return void show(week)
    const turn = asked.current
    load(week, WEEK).then(
      (news) => {
        if (turn === asked.current) setDays(merged(latest.current.days, news))
      },
      // What is shown stays; booking asks again anyway.
      () => undefined,
    )
  })

  return {
    days,
    week,
    first,
    last,
    state,
    next,
    show: (day) => void show(day),
    again: () => void show(week, false, true),
  }
}
