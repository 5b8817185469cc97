// Sight, leaving and the audit, as server/docs/wire.md has them.
import type { Instant, Permission, Scopes, UserId } from './records'

/** What a colleague would see, and how much of it. */
export interface Sight {
  permissions: Permission[]
  scopes: Scopes
  /** Whose customers are shown under `own` and `team`; empty under `all`. */
  circle: UserId[]
  customers: number
  cards: number
}

export interface WorkCounts {
  customers: number
  cards: number
  reminders: number
  activities: number
  appointments: number
}
export type Plan =
  | { kind: 'user'; to: UserId }
  | { kind: 'team'; team: string }
  | { kind: 'spread' }
export interface HandOverPreview extends WorkCounts {
  /** Reminders about nobody: they stay with the account, and sleep with it. */
  own_reminders: number
  by: (WorkCounts & { user: UserId })[]
}
export interface Offboarding {
  id: string
  user: UserId
  by: UserId
  at: Instant
  plan: Plan
  state: 'running' | 'done' | 'reverting' | 'reverted'
  counts: WorkCounts
  /** Records handed over, of `total`; going back it counts down. */
  done: number
  total: number
  /** What stayed as it was. */
  kept: number
  revertible_until: Instant
  finished_at: Instant | null
}

export interface AuditLine {
  id: string
  at: Instant
  /** A user's id, `system`, `key:<id>`, `rule:<id>`; null where nobody had proved who they were. */
  by: string | null
  kind: string
  user: UserId | null
  d: Record<string, unknown>
  address: string | null
}
