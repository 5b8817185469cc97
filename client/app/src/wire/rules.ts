// The records of rules and webhooks.
import type { CustomerId, Instant, UserId } from './records'

export const ruleOps = [
  'lead.received',
  'customer.created',
  'customer.tagged',
  'card.created',
  'card.moved',
  'card.assigned',
  'activity.closed',
  'appointment.booked',
  'appointment.no_show',
  'appointment.cancelled',
  'reminder.fired',
] as const
export type RuleOp = (typeof ruleOps)[number]

/** What a rule waits for; what is absent or null is any. */
export interface Trigger {
  op: RuleOp
  board?: string | null
  stage?: string | null
  /** Activity type, service, or kind of reminder. */
  type?: string | null
  outcome?: string | null
  source?: string | null
  tag?: string | null
}

export type Is = 'is' | 'is_not' | 'has' | 'has_not' | 'more' | 'less' | 'empty' | 'not_empty'
export type Plain = string | number | boolean
export interface Condition {
  field: string
  is: Is
  /** Several mean: one of them. */
  value?: Plain | Plain[] | null | undefined
}

export type Action =
  | { do: 'move_card'; stage: string }
  | { do: 'assign'; to: string; replace?: boolean }
  | { do: 'tag'; add?: string[]; remove?: string[] }
  | {
      do: 'remind'
      minutes: number
      text: string
      kind?: string | null
      who: string
      from?: 'now' | 'appointment' | null
    }
  | {
      do: 'activity'
      type: string
      title?: string | null
      due_minutes?: number | null
      who: string
    }
  | { do: 'notify'; who: string; text: string }
  | { do: 'mail'; to: string; subject: string; body: string }
  | { do: 'webhook'; webhook: string }
export type Doing = Action['do']
export type ActionOf<D extends Doing> = Extract<Action, { do: D }>

/** The part of a rule that people write. */
export interface RuleParts {
  name: string
  trigger: Trigger
  conditions: Condition[]
  actions: Action[]
  delay_minutes: number
  hours: 'always' | 'business'
}
export interface Rule extends RuleParts {
  id: string
  enabled: boolean
  position: number
  /** Which of the product's defaults it is. */
  builtin: string | null
  version: number
  runs_week: number
  failed_week: number
  last_run_at: Instant | null
  last_failed_at: Instant | null
  created_by: string
  created_at: Instant
  updated_at: Instant
}

export type RunState = 'waiting' | 'running' | 'ran' | 'skipped' | 'failed'
export interface Run {
  id: string
  rule_id: string
  customer_id: CustomerId
  customer_name: string
  op: string
  state: RunState
  reason: string | null
  results: { do: string; ok: boolean; code: string | null; user: UserId | null }[]
  /** Place in the chain of causes, from 1. */
  depth: number
  at: Instant
  waits_until: Instant | null
  finished_at: Instant | null
}
export interface Preview {
  would_have_fired: number
  days: number
  /** There were more events than were looked at. */
  capped: boolean
  examples: { at: Instant; customer_id: CustomerId; customer_name: string }[]
}

export interface Webhook {
  id: string
  url: string
  ops: string[]
  enabled: boolean
  off_because: 'by_hand' | 'failing' | null
  secret_hint: string
  failing_since: Instant | null
  version: number
  created_by: string
  created_at: Instant
}
export type DeliveryState = 'waiting' | 'delivered' | 'failed'
export interface Delivery {
  id: string
  op: string
  topic: string
  seq: number
  state: DeliveryState
  attempts: number
  status: number | null
  excerpt: string | null
  error: string | null
  took_ms: number | null
  created_at: Instant
  tried_at: Instant | null
  next_at: Instant | null
  replay_of: string | null
}
