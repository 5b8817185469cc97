// The records of the working day: activities, reminders, appointments, notifications.
import type {
  CardId,
  CustomerId,
  Instant,
  Money,
  Quality,
  StageId,
  StageKind,
  UserId,
} from './records'

export type AskField = 'amount' | 'date' | 'lost_reason' | 'note' | 'quality'
export interface Ask {
  field: AskField
  required: boolean
}
export interface Effects {
  stage_kind?: StageKind | null
  stage_id?: StageId | null
  reminder?: { minutes: number; text: string } | null
  last_contact?: boolean
  notify?: 'owners' | 'managers' | null
}
export type OutcomeKind = 'positive' | 'neutral' | 'negative'
export interface Outcome {
  id: string
  key: string
  name: string
  kind: OutcomeKind
  asks: Ask[]
  effects: Effects
  position: number
  archived_at: Instant | null
}
export interface ActivityType {
  id: string
  key: string
  name: string
  icon: string
  colour: number
  position: number
  builtin: boolean
  archived_at: Instant | null
  outcomes: Outcome[]
}
/** What an outcome brought with it. */
export interface OutcomeFields {
  amount?: Money | null
  date?: Instant | null
  lost_reason?: string | null
  note?: string | null
  quality?: Quality | null
}
export type WorkState = 'open' | 'done' | 'cancelled'
export interface Activity {
  id: string
  customer_id: CustomerId
  /** Only in lists that span customers. */
  customer_name?: string
  card_id: CardId | null
  type_id: string
  title: string
  body: string | null
  assignee: UserId | null
  due_at: Instant | null
  state: WorkState
  outcome_id: string | null
  outcome: OutcomeFields | null
  opened_by: string | null
  opened_at: Instant
  closed_by: string | null
  closed_at: Instant | null
  version: number
}

export type ReminderKind = 'call' | 'confirm_appointment' | 'documents' | 'follow_up' | 'other'
export interface Repeat {
  every: 'day' | 'week' | 'month'
  n: number
  /** The last day, as on the calendar. */
  until?: string | null
}
export interface Reminder {
  id: string
  customer_id: CustomerId | null
  customer_name: string | null
  card_id: CardId | null
  appointment_id: string | null
  activity_id: string | null
  assignee: UserId
  kind: ReminderKind
  text: string
  due_at: Instant
  repeat: Repeat | null
  state: WorkState
  fired_at: Instant | null
  /** How often it was put off. */
  snoozed: number
  version: number
  created_by: string | null
  created_at: Instant
  done_at: Instant | null
  done_by: string | null
}

export type AppointmentState = 'booked' | 'confirmed' | 'arrived' | 'done' | 'no_show' | 'cancelled'
/** What the viewer needs of an appointment. */
export interface CustomerAppointment {
  id: string
  customer_id: CustomerId | null
  customer_name: string | null
  title: string
  starts_at: Instant
  ends_at: Instant
  people: UserId[]
  place: string | null
  state: AppointmentState
  reason: string | null
}

export interface Notification {
  id: string
  kind: string
  at: Instant
  read_at: Instant | null
  customer_id: CustomerId | null
  customer_name: string | null
  d: Record<string, unknown>
}
export type MailPace = 'off' | 'now' | 'hourly' | 'daily'
export interface Channels {
  app: boolean
  mail: MailPace
  push: boolean
}
export interface QuietHours {
  from: string
  to: string
  /** 1 = Monday; without it, every day. */
  days?: number[]
}
export interface NotificationSettings {
  channels: Record<string, Channels>
  quiet: QuietHours | null
}
/** One person of the manager's overdue report. */
export interface OverdueRow {
  user: UserId
  overdue: number
  oldest_due_at: Instant | null
  due_today: number
}
