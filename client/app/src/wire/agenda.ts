// The records of the agenda: appointments, and what they need.
import type { CardId, CustomerId, Instant, Money, UserId } from './records'
import type { AppointmentState } from './work'

export interface Guest {
  name: string
  phone: string | null
  email: string | null
}
export interface Appointment {
  id: string
  customer_id: CustomerId | null
  customer_name: string | null
  card_id: CardId | null
  title: string | null
  service_id: string | null
  starts_at: Instant
  ends_at: Instant
  people: UserId[]
  resources: string[]
  place: string | null
  note: string | null
  state: AppointmentState
  reason: string | null
  series_id: string | null
  guest: Guest | null
  source: 'staff' | 'public'
  version: number
  created_by: string
  created_at: Instant
}
/** Somebody's time, without what by. */
export interface Busy {
  busy: true
  starts_at: Instant
  ends_at: Instant
  people: UserId[]
  resources: string[]
}
/** A time that can be had, and who of those asked for is free then. */
export interface Slot {
  starts_at: Instant
  ends_at: Instant
  people: UserId[]
  resources: string[]
}
export type ResourceKind = 'room' | 'device' | 'other'
export interface Resource {
  id: string
  name: string
  kind: ResourceKind
  /** 1 to 8. */
  colour: number
  archived_at: Instant | null
}
export interface Service {
  id: string
  name: string
  minutes: number
  buffer_minutes: number
  people: UserId[]
  resources: string[]
  public: boolean
  price: Money | null
  archived_at: Instant | null
}
/** "09:00" to "12:30" on the tenant's clock; "24:00" ends a day. */
export interface Interval {
  from: string
  to: string
}
/** Seven days, Monday first. */
export type Week = Interval[][]
/** `tenant`, `user:<id>` or `resource:<id>`. */
export type Of = string
export interface Hours {
  of: Of
  week: Week
}
export interface TimeOff {
  id: string
  of: Of
  starts_at: Instant
  ends_at: Instant
  /** Null for those whose business it is not. */
  reason: string | null
}
export interface Holiday {
  /** "2026-10-29". */
  date: string
  name: string
  half_day: boolean
}
export interface BookingSettings {
  /** Null: as is usual in the tenant's country. */
  holidays: boolean | null
  grace_minutes: number
  reminder_minutes: number
  step_minutes: number
  public: boolean
  notice_minutes: number
  horizon_days: number
  show_people: boolean
  intro: string | null
  consent: string | null
  place: string | null
}
export interface Catalogue {
  settings: BookingSettings
  time_zone: string
  slug: string
  resources: Resource[]
  services: Service[]
  hours: Hours[]
  time_off: TimeOff[]
}
export interface AgendaRange {
  epoch: string
  seq: number
  items: (Appointment | Busy)[]
  /** Where `items` are only the first of each day: how many there are on each. */
  days: { date: string; count: number }[]
  holidays: Holiday[]
  time_off: TimeOff[]
}
export type Scope = 'one' | 'following'
export interface RepeatRule {
  rrule: string
  count?: number
  until?: Instant
  skip?: boolean
}
