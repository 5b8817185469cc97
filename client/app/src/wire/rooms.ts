// Rooms and their messages: server/docs/wire.md, by hand and in its order.
import type { Instant, UserId } from './records'

export type RoomId = string
export type MessageId = string
export type RoomKind = 'direct' | 'group' | 'channel'
export type RoomRole = 'owner' | 'member'
/** What is not told: nothing, all but mentions, everything. */
export type Muted = 'nothing' | 'unmentioned' | 'all'

export interface Member {
  user_id: UserId
  role: RoomRole
  /** The number up to which they have read. */
  read: number
  joined_at: Instant
}
export interface Mine {
  role: RoomRole
  read: number
  /** Counted to 100. */
  unread: number
  mentions: number
  muted: Muted
}
export interface Quote {
  id: MessageId
  n: number
  by: string
  text: string
  deleted: boolean
}
/** What a line of kind `system` tells; its author did it. */
export interface What {
  act: 'joined' | 'added' | 'removed' | 'left' | 'renamed'
  /** Whom it is about; of a new name nobody. */
  users: readonly UserId[]
  /** The new one. */
  name?: string
}
export interface Reaction {
  emoji: string
  /** The first 25. */
  by: readonly UserId[]
  count: number
}
export interface Message {
  id: MessageId
  room_id: RoomId
  /** 1, 2, 3 … without gaps in the room. */
  n: number
  kind: 'text' | 'system'
  /** Null for what somebody said. */
  what?: What | null
  by: string
  text: string
  mentions: readonly UserId[]
  reply_to: Quote | null
  reactions: readonly Reaction[]
  created_at: Instant
  edited_at: Instant | null
  deleted_at: Instant | null
  deleted_by: string | null
  version: number
}
export interface Room {
  id: RoomId
  kind: RoomKind
  name: string | null
  purpose: string | null
  version: number
  created_by: string
  created_at: Instant
  /** When something was last said. */
  active_at: Instant
  archived_at: Instant | null
  /** Of a channel only the first hundred. */
  members: readonly Member[]
  member_count: number
  /** The number of the latest message; 0 = none. */
  last: number
  message: Message | null
  /** Null: a channel that I have not joined, and in events. */
  mine: Mine | null
}
/** How a message counted before it was changed. */
export interface Counted {
  deleted: boolean
  mentions: readonly UserId[]
}
export type NamedMember = Member & { name: string }
export interface MessagePage {
  items: readonly Message[]
  before: number | null
  after: number | null
}
export interface MessageHit {
  message: Message
  /** `members` of a direct room only. */
  room: Pick<Room, 'id' | 'kind' | 'name'> & { members?: readonly Member[] }
}
