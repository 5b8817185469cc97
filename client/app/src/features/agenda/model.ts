// Topic `agenda`: what can be booked, and what happened to appointments since. Appointments are read
// by range; an event newer than the range that was read wins over it.
import { type PendingCommand, registerModel, type TopicModel } from '@/live/model'
import type { Writer } from '@/live/tables'
import type {
  Appointment,
  BookingSettings,
  Busy,
  Catalogue,
  Hours,
  Resource,
  Service,
  TimeOff,
} from '@/wire/agenda'
import type { Ev } from '@/wire/frames'
import type { AppointmentState } from '@/wire/work'

export const AGENDA = 'agenda'
export const SELF = 'self'

export interface House {
  id: typeof SELF
  settings: BookingSettings
  slug: string
}

/** An appointment as an event said it, or as a command of mine would have it. */
export interface Said {
  of: Appointment
  /** Where the event stands; nothing of the server's is newer than a pending command. */
  seq: number
  /** Who said it; of what is pending, who said what it changes. */
  by: string | null
  /** Not answered yet. */
  pending?: true
}

// What was read by range is not on the topic, and a command names it only by its id.
const read = new Map<string, Appointment>()
const MOST_READ = 20_000

export const isBusy = (item: Appointment | Busy): item is Busy => 'busy' in item

/** Remembers appointments that were read, so that commands on them can be shown at once. */
export function remember(items: readonly (Appointment | Busy)[]): void {
  if (read.size > MOST_READ) read.clear()
  for (const item of items) if (!isBusy(item)) read.set(item.id, item)
}

/** As it was read last, by whatever range. */
export const remembered = (id: string): Appointment | undefined => read.get(id)

function settingsChanged(to: Writer, d: Record<string, unknown>): void {
  switch (d.what) {
    case 'resource': {
      const resource = d.resource as Resource
      return to.put('resources', resource.id, resource)
    }
    case 'service': {
      const service = d.service as Service
      return to.put('services', service.id, service)
    }
    case 'hours': {
      const hours = d.hours as Hours
      return to.put('hours', hours.of, hours)
    }
    case 'hours_removed':
      return to.remove('hours', d.of as string)
    case 'time_off': {
      const off = d.time_off as TimeOff
      return to.put('time_off', off.id, off)
    }
    case 'time_off_removed':
      return to.remove('time_off', d.id as string)
    case 'settings': {
      const now = to.get<House>('house', SELF)
      to.put('house', SELF, {
        id: SELF,
        slug: now?.slug ?? '',
        settings: d.settings as BookingSettings,
      } satisfies House)
    }
  }
}

function event(to: Writer, { op, d, seq, by }: Ev): void {
  const body = d as Record<string, unknown>
  if (op === 'agenda.settings_changed') return settingsChanged(to, body)
  if (!op.startsWith('appointment.')) return
  const of = body.appointment as Appointment | undefined
  if (!of) return
  to.put('said', of.id, { of, seq, by } satisfies Said)
  read.set(of.id, of)
}

/** What a command makes of an appointment; undefined where it changes nothing that is drawn. */
export function changed(now: Appointment, op: string, d: Record<string, unknown>): Appointment {
  const state = (next: AppointmentState): Appointment => ({ ...now, state: next })
  switch (op) {
    case 'appointment.move': {
      const starts_at = String(d.starts_at)
      const length = Date.parse(now.ends_at) - Date.parse(now.starts_at)
      return {
        ...now,
        starts_at,
        ends_at:
          (d.ends_at as string | undefined) ??
          new Date(Date.parse(starts_at) + length).toISOString(),
        people: (d.people as string[] | undefined) ?? now.people,
        resources: (d.resources as string[] | undefined) ?? now.resources,
        // Who said yes said it to the other time.
        state: Date.parse(starts_at) === Date.parse(now.starts_at) ? now.state : 'booked',
      }
    }
    case 'appointment.update': {
      const { title = now.title, place = now.place, note = now.note } = d as Partial<Appointment>
      return { ...now, title, place, note }
    }
    case 'appointment.confirm':
      return state('confirmed')
    case 'appointment.arrive':
      return state('arrived')
    case 'appointment.finish':
      return state('done')
    case 'appointment.no_show':
      return state('no_show')
    case 'appointment.cancel':
      return { ...state('cancelled'), reason: (d.reason as string | undefined) ?? null }
    case 'appointment.restore':
      return { ...state('booked'), reason: null }
    default:
      return now
  }
}

function booked({ id, d, at }: PendingCommand): Appointment {
  const starts_at = String(d.starts_at)
  const guest = d.guest as { name: string; phone?: string; email?: string } | undefined
  return {
    id,
    customer_id: (d.customer_id as string | undefined) ?? null,
    customer_name: null,
    card_id: null,
    title: (d.title as string | undefined) ?? null,
    service_id: (d.service_id as string | undefined) ?? null,
    starts_at,
    ends_at:
      (d.ends_at as string | undefined) ??
      new Date(Date.parse(starts_at) + 30 * 60_000).toISOString(),
    people: (d.people as string[] | undefined) ?? [],
    resources: (d.resources as string[] | undefined) ?? [],
    place: (d.place as string | undefined) ?? null,
    note: (d.note as string | undefined) ?? null,
    state: 'booked',
    reason: null,
    series_id: null,
    guest: guest ? { phone: null, email: null, ...guest } : null,
    source: 'staff',
    version: 0,
    created_by: '',
    created_at: new Date(at).toISOString(),
  }
}

function predict(to: Writer, command: PendingCommand): void {
  const { op, d, id } = command
  if (!op.startsWith('appointment.')) return
  if (op === 'appointment.book') {
    to.put('said', id, {
      of: booked(command),
      seq: Infinity,
      by: null,
      pending: true,
    } satisfies Said)
    return
  }
  const of = String(d.appointment)
  const last = to.get<Said>('said', of)
  const now = last?.of ?? read.get(of)
  if (!now) return
  // Whose the last version is does not change before the server has answered: two quick undos of
  // one's own do not overtake each other.
  to.put('said', of, {
    of: changed(now, op, d),
    seq: Infinity,
    by: last?.by ?? null,
    pending: true,
  } satisfies Said)
}

export const agendaModel: TopicModel = {
  version: 1,
  snapshot(to, d: Partial<Catalogue>) {
    for (const each of d.resources ?? []) to.put('resources', each.id, each)
    for (const each of d.services ?? []) to.put('services', each.id, each)
    for (const each of d.hours ?? []) to.put('hours', each.of, each)
    for (const each of d.time_off ?? []) to.put('time_off', each.id, each)
    if (d.settings) {
      to.put('house', SELF, {
        id: SELF,
        settings: d.settings,
        slug: d.slug ?? '',
      } satisfies House)
    }
  },
  event,
  // A command on a series comes as several events, of which the first one says what is shown.
  predict,
}

registerModel(AGENDA, agendaModel)
