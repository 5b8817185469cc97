// The records of server/docs/wire.md, by hand and in its order.
declare const brand: unique symbol
type Id<Name extends string> = string & { readonly [brand]?: Name }

export type UserId = Id<'user'>
export type BoardId = Id<'board'>
export type StageId = Id<'stage'>
export type CardId = Id<'card'>
export type CustomerId = Id<'customer'>
export type Seq = number
/** RFC 3339, UTC, milliseconds. */
export type Instant = string

export interface Money {
  minor: number
  currency: string
}

export type Visibility = 'own' | 'team' | 'all'
/** How much of each module somebody sees. */
export interface Scopes {
  customers: Visibility
  agenda: Visibility
  reports: Visibility
}
export type Permission =
  | 'boards.view'
  | 'boards.manage'
  | 'cards.create'
  | 'cards.edit'
  | 'cards.move'
  | 'cards.archive'
  | 'customers.view'
  | 'customers.create'
  | 'customers.edit'
  | 'customers.merge'
  | 'customers.archive'
  | 'customers.import'
  | 'customers.export'
  | 'users.view'
  | 'users.manage'
  | 'roles.manage'
  | 'keys.manage'
  | 'tenant.manage'
  | 'leads.create'
  | 'agenda.view'
  | 'agenda.edit'
  | 'agenda.manage'
  | 'activities.manage'
  | 'rules.manage'
  | 'webhooks.manage'
  | 'channels.manage'
  | 'reports.view'
  | 'audit.view'
  | 'views.share'
  | 'chat.use'
  | 'chat.manage'

export interface User {
  id: UserId
  name: string
  email: string
  role: string
  team_id: string | null
  locale: 'tr' | 'en'
  active: boolean
  created_at: Instant
  last_seen_at: Instant | null
}
export interface Tenant {
  id: string
  slug: string
  name: string
  locale: 'tr' | 'en'
  country: string
  time_zone: string
  currency: string
  form_key: string | null
}
export interface Role {
  key: string
  name: string
  permissions: Permission[]
  /** The same as `scopes.customers`. */
  visibility: Visibility
  scopes: Scopes
  builtin: boolean
}
export interface Team {
  id: string
  name: string
  department_id: string | null
}
export interface Department {
  id: string
  name: string
}
export interface DeviceSession {
  id: string
  current: boolean
  user_agent: string | null
  address: string | null
  created_at: Instant
  last_used_at: Instant
}
export interface ApiKey {
  id: string
  name: string
  kind: 'api' | 'form'
  prefix: string
  permissions: Permission[]
  created_at: Instant
  last_used_at: Instant | null
  revoked_at: Instant | null
}
export interface Invitation {
  id: string
  email: string
  name: string
  role: string
  team_id: string | null
  created_at: Instant
  expires_at: Instant
}
export interface Me {
  user: User
  tenant: Tenant
  permissions: Permission[]
  visibility: Visibility
}
export interface SignedIn {
  access_token: string
  expires_in: number
  user: User
  tenant: Tenant
}

export interface Board {
  id: BoardId
  name: string
  position: number
  archived_at: Instant | null
  card_count: number
}
export type StageKind = 'open' | 'won' | 'lost' | 'parked'
/** What a card must have to come into a stage. */
export type Requirement = 'amount' | 'lost_reason' | 'next_due_at' | 'need' | 'quality' | 'owner'
export interface Stage {
  id: StageId
  board_id: BoardId
  name: string
  kind: StageKind
  position: number
  wip_limit: number | null
  colour: number
  requires?: Requirement[]
  archived_at: Instant | null
}
export type Quality = 'A' | 'B' | 'C' | 'D'
export interface Card {
  id: CardId
  board_id: BoardId
  customer_id: CustomerId
  stage_id: StageId
  rank: number
  version: number
  title: string
  phone: string | null
  need: string | null
  amount: Money | null
  owners: UserId[]
  source: string | null
  quality: Quality | null
  tags: string[]
  last_contact_at: Instant | null
  next_due_at: Instant | null
  unread: number
  entered_stage_at: Instant
  created_at: Instant
  archived_at: Instant | null
  lost_reason?: string | null
}

export interface Contact {
  value: string
  display: string
}
export interface Identity extends Contact {
  id: string
  kind: string
}
export interface Customer {
  id: CustomerId
  name: string
  company: string | null
  phones: Contact[]
  emails: Contact[]
  identities: Identity[]
  quality: Quality | null
  score_emotional: number | null
  score_logical: number | null
  owners: UserId[]
  tags: string[]
  custom: Record<string, unknown>
  source: ({ channel: string } & Record<string, unknown>) | null
  utm: Record<string, unknown> | null
  last_contact_at: Instant | null
  created_at: Instant
  updated_at: Instant
  archived_at: Instant | null
  merged_into: CustomerId | null
  version: number
}
export interface CustomerDetail extends Customer {
  cards: {
    id: CardId
    board_id: BoardId
    board_name: string
    stage_id: StageId
    stage_name: string
    stage_kind: StageKind
    /** The card's own fields, where the server says them. */
    need?: string | null
    amount?: Money | null
    next_due_at?: Instant | null
    lost_reason?: string | null
  }[]
  note_count: number
  duplicate_count: number
  merges: {
    id: string
    other: CustomerId
    other_name: string
    at: Instant
    by: UserId | null
    undone_at: Instant | null
  }[]
}
export interface Note {
  id: string
  body: string
  by: UserId | null
  created_at: Instant
  edited_at: Instant | null
}
export interface TimelineItem {
  topic: string
  seq: Seq
  at: Instant
  by: UserId | null
  op: string
  d: Record<string, unknown>
}
export interface CustomField {
  id: string
  key: string
  label: string
  kind: 'text' | 'number' | 'date' | 'choice' | 'bool'
  options: string[]
  position: number
}
export type ImportState =
  | 'ready'
  | 'running'
  | 'done'
  | 'failed'
  | 'cancelled'
  | 'undoing'
  | 'undone'
export interface Import {
  id: string
  state: ImportState
  file_name: string
  kind: 'csv' | 'xlsx' | 'vcard'
  encoding: string | null
  delimiter: string | null
  sheet: string | null
  columns: { index: number; header: string; samples: string[]; suggested: string | null }[]
  mapping: Record<string, string | null>
  options: {
    board_id: BoardId | null
    stage_id: StageId | null
    owners: UserId[]
    tags: string[]
    on_match: 'update' | 'skip'
  }
  counts: {
    rows: number
    create: number
    match: number
    error: number
    /** What undoing took away, gave back, and left because it was worked on since. */
    removed?: number
    restored?: number
    left?: number
  }
  errors: {
    row: number
    field: string | null
    code: string
    message: string
    value: string | null
  }[]
  done: number
  total: number
  created: number
  matched: number
  failed: number
  created_by: UserId | null
  created_at: Instant
  finished_at: Instant | null
  undone_at: Instant | null
}
export interface Page<T> {
  items: T[]
  next_cursor: string | null
}
