// The frames of the socket (`nabiz.v1`): one JSON object each, `t` is the type.
import type { Instant, Seq, Tenant, User, UserId } from './records'

export interface Position {
  epoch: string
  seq: Seq
}
export interface CommandBody {
  id: string
  topic: string
  op: string
  d: unknown
  if?: { ver: number }
}

export type ClientFrame =
  | { t: 'hello'; v: 1; token: string; cid: string; resume?: (Position & { topic: string })[] }
  | { t: 'sub'; id: string; topic: string; since?: Position; snap?: boolean }
  | { t: 'unsub'; id: string; topic: string }
  | ({ t: 'cmd' } & CommandBody)
  | { t: 'eph'; topic: string; k: EphemeralKind; d: unknown }
  | { t: 'auth'; id: string; token: string }
  | { t: 'ping'; n: number }
  | { t: 'pong'; n: number }

export type EphemeralKind = 'typing' | 'viewing' | 'dragging' | 'away'

export interface Welcome {
  t: 'welcome'
  sid: string
  now: Instant
  /** Heartbeat interval in milliseconds. */
  hb: number
  limits: { topics: number; inflight: number; frame: number; assembled: number }
  user: User
  tenant: Tenant
  resumed: unknown[]
}
export interface Subbed extends Position {
  t: 'subbed'
  id?: string
  topic: string
  mode: 'live' | 'replay' | 'snapshot'
}
export interface Snap extends Position {
  t: 'snap'
  topic: string
  part: number
  last: boolean
  d: unknown
}
export interface Ev {
  t: 'ev'
  topic: string
  seq: Seq
  at: Instant
  by: UserId | null
  op: string
  d: unknown
  cmd?: string
}
export interface Skip {
  t: 'skip'
  topic: string
  from: Seq
  to: Seq
}
export interface Res {
  t: 'res'
  id: string
  ok: true
  topic: string
  seq: Seq
  dup?: boolean
  d?: unknown
}
export type ErrorClass =
  | 'bad_frame'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'invalid'
  | 'gone'
  | 'busy'
  | 'rate'
  | 'too_big'
  | 'internal'
export interface FieldError {
  field: string
  code: string
  message: string
}
export interface Err {
  t: 'err'
  id?: string
  code: ErrorClass
  message: string
  retry_ms?: number
  reason?: string
  errors?: FieldError[]
  d?: Record<string, unknown>
}
export interface Place {
  card?: string | null
  customer?: string | null
  field?: string | null
}
export interface PresenceRecord {
  user: UserId
  state: 'online' | 'idle'
  at?: Place | null
}
export interface Pres {
  t: 'pres'
  topic: string
  full?: PresenceRecord[]
  join?: PresenceRecord
  leave?: { user: UserId }
  update?: PresenceRecord
}
export interface Eph {
  t: 'eph'
  topic: string
  by: UserId
  k: EphemeralKind
  d: Record<string, unknown>
}
export interface ServerPing {
  t: 'ping'
  n: number
  heads?: Record<string, Seq>
}
export interface Lag {
  t: 'lag'
  topic: string
  seq: Seq
}
export interface Drain {
  t: 'drain'
  retry_ms: [number, number]
}
export type ServerFrame =
  | Welcome
  | Subbed
  | Snap
  | Ev
  | Skip
  | Res
  | Err
  | Pres
  | Eph
  | ServerPing
  | { t: 'pong'; n: number }
  | Lag
  | Drain
