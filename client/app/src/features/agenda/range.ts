// The agenda of some days: read once, kept true by the topic's events.
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { useRow, useRows, useTopic, useTopicStatus } from '@/live/hooks'
import { engine } from '@/live/live'
import { useObservable } from '@/live/observable'
import { api } from '@/session/api'
import { isAnswer } from '@/session/errors'
import type {
  AgendaRange,
  Appointment,
  BookingSettings,
  Busy,
  Hours,
  Resource,
  Service,
  TimeOff,
} from '@/wire/agenda'
import { addDays, atMinute, type Day, dayOf, type Stretch } from './days'
import { AGENDA, type House, isBusy, remember, remembered, type Said, SELF } from './model'

export interface Entry {
  key: string
  starts: Date
  ends: Date
  people: readonly string[]
  resources: readonly string[]
  /** Absent: somebody's time, and no more. */
  of?: Appointment
  pending?: boolean
}

/** Does the server know it? What is only being booked has no id of its own yet. */
export const isKnown = ({ of }: Entry): boolean => of !== undefined && of.version > 0

/** Whose time is looked at. */
export interface Whose {
  /** Undefined is everybody. */
  people: readonly string[] | undefined
  resources: readonly string[]
}

const concerns = (of: { people: string[]; resources: string[] }, whose: Whose): boolean =>
  whose.people === undefined ||
  of.people.some((id) => whose.people?.includes(id)) ||
  of.resources.some((id) => whose.resources.includes(id))

function entry(of: Appointment | Busy, at: number, pending = false): Entry {
  const { starts_at, ends_at, people, resources } = of
  const base = { starts: new Date(starts_at), ends: new Date(ends_at), people, resources }
  return isBusy(of)
    ? { key: `busy-${starts_at}-${people.join()}-${resources.join()}-${at}`, ...base }
    : { key: of.id, ...base, of, ...(pending ? { pending } : {}) }
}

/** What was read, with everything that was said later. */
export function together(
  range: Pick<AgendaRange, 'items' | 'seq'>,
  said: readonly Said[],
  { from, to }: { from: Date; to: Date },
  whose: Whose,
  withCancelled: boolean,
): Entry[] {
  const later = new Map(said.filter((each) => each.seq > range.seq).map((one) => [one.of.id, one]))
  const all = range.items
    .filter((item) => concerns(item, whose) && (isBusy(item) || !later.has(item.id)))
    .map((item, at) => entry(item, at))
  for (const { of, pending } of later.values()) {
    if (concerns(of, whose)) all.push(entry(of, 0, pending))
  }
  return all
    .filter(
      (each) =>
        each.starts < to && each.ends > from && (withCancelled || each.of?.state !== 'cancelled'),
    )
    .sort((a, b) => a.starts.getTime() - b.starts.getTime() || a.key.localeCompare(b.key))
}

/** Entries by the days that they touch. */
export function byDay(entries: readonly Entry[]): Map<Day, Entry[]> {
  const days = new Map<Day, Entry[]>()
  for (const entry of entries) {
    // What ends at midnight does not touch the next day.
    const last = dayOf(new Date(entry.ends.getTime() - 1))
    for (let day = dayOf(entry.starts); day <= last; day = addDays(day, 1)) {
      const list = days.get(day)
      if (list) list.push(entry)
      else days.set(day, [entry])
    }
  }
  return days
}

const none: ReadonlyMap<Day, number> = new Map()

/** How many more there are on each day than were read: those that nobody sees in a full month. */
export function hiddenOn({ days, items }: Pick<AgendaRange, 'days' | 'items'>): typeof none {
  if (days.length === 0) return none
  const read = byDay(items.map((item, at) => entry(item, at)))
  const left = days.map(({ date, count }): [Day, number] => [
    date,
    count - (read.get(date)?.length ?? 0),
  ])
  return new Map(left.filter(([, count]) => count > 0))
}

const REREAD_MS = 250
/** What was only counted is counted again, but not with every word. */
const RECOUNT_MS = 1_000

/** Ranges are read again when something happened that no event tells. */
function useReread(): void {
  const queries = useQueryClient()
  const live = useObservable(engine)
  const topic = useTopic(AGENDA)
  useEffect(() => {
    if (!live || !topic) return
    let timer: ReturnType<typeof setTimeout> | undefined
    const later = () => {
      clearTimeout(timer)
      timer = setTimeout(
        () => void queries.invalidateQueries({ queryKey: [AGENDA, 'range'] }),
        REREAD_MS,
      )
    }
    const stops = [
      // Somebody's hidden appointment: their busy time is another now.
      live.onSkip(AGENDA, later),
      // A snapshot stands in for events that were never heard.
      topic.onTable('house', (ids) => ids === null && later()),
    ]
    return () => {
      clearTimeout(timer)
      for (const stop of stops) stop()
    }
  }, [live, topic, queries])
}

const nothing: readonly Said[] = []

/** Counts follow what is said: a range of which only the first of each day was read is read again. */
function useRecount(range: AgendaRange | undefined, said: readonly Said[]): void {
  const queries = useQueryClient()
  const isBehind =
    range !== undefined &&
    range.days.length > 0 &&
    said.some((each) => !each.pending && each.seq > range.seq)
  // biome-ignore lint/correctness/useExhaustiveDependencies: each reading waits anew
  useEffect(() => {
    if (!isBehind) return
    const timer = setTimeout(
      () => void queries.invalidateQueries({ queryKey: [AGENDA, 'range'] }),
      RECOUNT_MS,
    )
    return () => clearTimeout(timer)
  }, [isBehind, range, queries])
}

/** `perDay`: of a range that holds very much, the first so many of each day are enough. */
export function useAgendaRange(
  stretch: Stretch,
  whose: Whose,
  withCancelled: boolean,
  perDay?: number,
) {
  const topic = useTopic(AGENDA)
  const status = useTopicStatus(topic)
  const said = useRows<Said>(topic, 'said')
  useReread()
  const from = useMemo(() => atMinute(stretch.from, 0), [stretch.from])
  const to = useMemo(
    () => atMinute(addDays(stretch.from, stretch.days), 0),
    [stretch.from, stretch.days],
  )
  const people = whose.people?.join(',')
  const resources = whose.resources.join(',')
  const read = useQuery({
    queryKey: [
      AGENDA,
      'range',
      from.toISOString(),
      to.toISOString(),
      people,
      resources,
      withCancelled,
      perDay ?? null,
    ],
    queryFn: async ({ signal }) => {
      const range = await api.get<AgendaRange>(
        '/agenda',
        {
          from: from.toISOString(),
          to: to.toISOString(),
          people,
          resources,
          ...(withCancelled ? { cancelled: true } : {}),
          ...(perDay ? { per_day: perDay } : {}),
        },
        signal,
      )
      remember(range.items)
      return range
    },
    // What is said later is said on the topic, so the topic must be there first.
    enabled: status !== 'loading' && (whose.people === undefined || Boolean(people || resources)),
    placeholderData: keepPreviousData,
    staleTime: 0,
  })
  const range = read.data
  const entries = useMemo(
    () =>
      together(
        range ?? { items: [], seq: 0 },
        range ? said : nothing,
        { from, to },
        whose,
        withCancelled,
      ),
    [range, said, from, to, whose, withCancelled],
  )
  useRecount(range, said)
  const more = useMemo(() => (range ? hiddenOn(range) : none), [range])
  const { holidays, time_off: timeOff } = range ?? {}
  return { read, entries, more, status, holidays, timeOff, from, to }
}

export interface Bookables {
  isReady: boolean
  settings: BookingSettings | undefined
  slug: string
  /** In use. */
  resources: readonly Resource[]
  services: readonly Service[]
  resource: (id: string) => Resource | undefined
  service: (id: string | null) => Service | undefined
  all: { resources: readonly Resource[]; services: readonly Service[] }
  hours: readonly Hours[]
  timeOff: readonly TimeOff[]
}

const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name, 'tr')

/** What can be booked, live. */
export function useBookables(): Bookables {
  const topic = useTopic(AGENDA)
  const house = useRow<House>(topic, 'house', SELF)
  const resources = useRows<Resource>(topic, 'resources')
  const services = useRows<Service>(topic, 'services')
  const hours = useRows<Hours>(topic, 'hours')
  const timeOff = useRows<TimeOff>(topic, 'time_off')
  return useMemo(() => {
    const sorted = [...resources].sort(byName)
    const offered = [...services].sort(byName)
    return {
      isReady: house !== undefined,
      settings: house?.settings,
      slug: house?.slug ?? '',
      resources: sorted.filter((each) => !each.archived_at),
      services: offered.filter((each) => !each.archived_at),
      resource: (id) => resources.find((each) => each.id === id),
      service: (id) => services.find((each) => each.id === id),
      all: { resources: sorted, services: offered },
      hours,
      timeOff,
    }
  }, [house, resources, services, hours, timeOff])
}

/** One appointment, wherever it stands. */
export function useAppointment(id: string | undefined) {
  const topic = useTopic(id ? AGENDA : null)
  const said = useRow<Said>(topic, 'said', id ?? '')
  const read = useQuery({
    queryKey: [AGENDA, 'one', id],
    queryFn: async () => {
      const of = await api.get<Appointment>(`/appointments/${id}`)
      remember([of])
      return of
    },
    enabled: Boolean(id),
    staleTime: 0,
  })
  // What a range has shown is there at once, and without a connection; a refusal takes it away.
  const shown = id && !isAnswer(read.error) ? remembered(id) : undefined
  const known = read.data && (!shown || read.data.version >= shown.version) ? read.data : shown
  // Versions only grow; a pending command stands over both.
  const newest =
    said && (said.pending || !known || said.of.version >= known.version) ? said.of : known
  return {
    of: newest,
    error: newest ? null : read.error,
    retry: () => void read.refetch(),
    pending: Boolean(said?.pending),
  }
}
