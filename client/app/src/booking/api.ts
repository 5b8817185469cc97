// The public routes of the agenda: no token, no cookies' worth, every refusal a Problem.
import { uuidv7 } from '@/live/ids'
import type { Money } from '@/wire/records'

export interface Tenant {
  name: string
  slug: string
  locale: string
  time_zone: string
}

export interface Service {
  id: string
  name: string
  minutes: number
  price: Money | null
  /** Who can be chosen for it; empty when the business does not show its people. */
  people: string[]
}

export interface Person {
  id: string
  name: string
}

export interface BookingPage {
  tenant: Tenant
  services: Service[]
  people: Person[]
  intro: string | null
  consent: string
  place: string | null
  notice_minutes: number
  horizon_days: number
}

export interface Slot {
  starts_at: string
  ends_at: string
  people: string[]
}

export type State = 'booked' | 'confirmed' | 'arrived' | 'done' | 'no_show' | 'cancelled'

export interface Appointment {
  tenant: Tenant
  service_id: string | null
  title: string | null
  people: Person[]
  starts_at: string
  ends_at: string
  place: string | null
  name: string | null
  state: State
  changeable: boolean
  changeable_until: string
}

export interface Wanted {
  service: string
  person?: string
  starts_at: string
  name: string
  phone?: string
  email?: string
  note?: string
  consent: boolean
}

/** A refusal of the server, or no answer at all (`code` is `offline` then). */
export class Refusal extends Error {
  readonly code: string
  readonly status: number
  /** Code by field. */
  readonly fields: Record<string, string>
  /** The next free times, when one was taken. */
  readonly free: Slot[]
  readonly retryMs: number | undefined

  constructor(status: number, body: Body = {}) {
    super(body.code ?? 'offline')
    this.status = status
    this.code = body.code ?? (status === 0 ? 'offline' : 'internal')
    this.fields = Object.fromEntries((body.errors ?? []).map(({ field, code }) => [field, code]))
    this.free = body.d?.free ?? []
    this.retryMs = body.retry_ms
  }
}

interface Body {
  code?: string
  errors?: { field: string; code: string }[]
  retry_ms?: number
  d?: { free?: Slot[] }
}

const PATIENCE_MS = 20_000

async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
  let response: Response
  try {
    response = await fetch(`/api/v1/public${path}`, {
      ...init,
      credentials: 'omit',
      headers: { accept: 'application/json', ...init.headers },
      // A phone that lost its network hears nothing for minutes; the reader is told sooner.
      signal: AbortSignal.timeout(PATIENCE_MS),
    })
  } catch {
    throw new Refusal(0)
  }
  const body = await response.json().catch(() => ({}))
  if (!response.ok) throw new Refusal(response.status, body as Body)
  return body as T
}

/** `key` makes it safe to send twice. */
const send = <T>(path: string, body: object, key: string): Promise<T> =>
  ask(path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
  })

const query = (values: Record<string, string | number | undefined>): string => {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) params.set(name, String(value))
  }
  return params.toString()
}

const slugged = (slug: string) => `/booking/${encodeURIComponent(slug)}`
const linked = (token: string) => `/appointments/${encodeURIComponent(token)}`

export const bookingPage = (slug: string): Promise<BookingPage> => ask(slugged(slug))

export const freeSlots = (
  slug: string,
  of: { service: string; person?: string | undefined },
  from: Date,
  days: number,
): Promise<{ items: Slot[] }> =>
  ask(`${slugged(slug)}/slots?${query({ ...of, from: from.toISOString(), days })}`)

export const book = (
  slug: string,
  wanted: Wanted,
  key: string,
): Promise<{ token: string; appointment: Appointment }> => send(slugged(slug), wanted, key)

export const appointmentOf = (token: string): Promise<Appointment> => ask(linked(token))

/** The same file as in the letters, so that a calendar knows it for the same appointment. */
export const calendarFileOf = (token: string): string => `/api/v1/public${linked(token)}.ics`

export const otherSlots = (token: string, from: Date, days: number): Promise<{ items: Slot[] }> =>
  ask(`${linked(token)}/slots?${query({ from: from.toISOString(), days })}`)

export const move = (token: string, startsAt: string, key: string): Promise<Appointment> =>
  send(`${linked(token)}/move`, { starts_at: startsAt }, key)

export const cancel = (token: string, reason: string, key: string): Promise<Appointment> =>
  send(`${linked(token)}/cancel`, reason ? { reason } : {}, key)

/** One key for one content: sending it again is the same request, changing it is another. */
export function keys(): (content: object) => string {
  let last: { content: string; key: string } | undefined
  return (content) => {
    const text = JSON.stringify(content)
    if (last?.content !== text) last = { content: text, key: uuidv7() }
    return last.key
  }
}
