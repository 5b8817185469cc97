// Topics `rooms` (my list) and `room:<id>` (one room with its latest messages): snapshots, events,
// and what a command of mine will have done.
import { type PendingCommand, registerModel, type TopicModel } from '@/live/model'
import type { Row, Writer } from '@/live/tables'
import { session } from '@/session/session'
import type { Ev } from '@/wire/frames'
import type { Instant } from '@/wire/records'
import type { Counted, Message, Mine, Quote, Room, RoomRole } from '@/wire/rooms'
import { added, mineIn, owned, readBy, removed } from './membership'

export const SELF = 'self'

/** What a message of somebody else, new or changed, adds to what is unread and to what names me. */
export interface Heard {
  n: number
  at: Instant
  isNew: boolean
  unread: number
  names: number
}
export interface RoomRow extends Room {
  /** Since `mine` was counted. */
  heard: readonly Heard[]
  /** `mine` counts the messages up to this one. */
  asOf: number
  /** When I came in: what `me` said before is of an earlier time here. */
  joinedAt: Instant | null
  /** Heard of without what is mine in it: that has to be read. */
  isGuess?: true
  /** What I have just marked and the server has not confirmed. */
  marked?: { read: number; unread: number }
}
export interface ThreadMessage extends Message {
  /** Not confirmed yet. */
  sending?: true
}

const HEARD_MOST = 300
const CUT = 160

export const roomOf = (topic: string): string => topic.slice('room:'.length)

/** So many of a thread's latest messages are kept on the disk; older ones are read when asked for. */
const KEPT = 200

/** Answers to messages that are not in the snapshot: their words until the server repeats them. */
const quotes = new Map<string, Quote>()
export const rememberQuote = (quote: Quote): void => void quotes.set(quote.id, quote)

export const quoteOf = ({ id, n, by, text, deleted_at }: Message): Quote => ({
  id,
  n,
  by,
  text: text.slice(0, CUT),
  deleted: deleted_at !== null,
})

interface Body {
  room?: Room
  room_id?: string
  message?: Message
  message_id?: string
  user?: string
  users?: string[]
  heir?: string | null
  role?: RoomRole
  before?: Counted | null
  n?: number
  emoji?: string
  by?: string
  on?: boolean
}

/** What an event says of a room, whichever topic told it; undefined when it says nothing. */
function changedRoom<R extends Room>(
  room: R,
  { op, d, at }: Pick<Ev, 'op' | 'd' | 'at'>,
): R | undefined {
  const body = d as Body
  switch (op) {
    case 'room.updated':
    case 'room.archived':
    case 'room.restored':
      // The same bytes went to everybody: what is mine is not in them.
      return body.room && { ...room, ...body.room, mine: room.mine }
    case 'member.added':
      return { ...room, ...added(room, body.users ?? [], at, body.role) }
    case 'member.removed':
      return { ...room, ...removed(room, body.user ?? '', body.heir) }
    case 'member.promoted':
      return { ...room, members: owned(room.members, body.user) }
    default:
      return undefined
  }
}

// My rooms

function fresh(room: Room, me: string, joinedAt: Instant | null = null): RoomRow {
  const member = room.members.find((each) => each.user_id === me)
  return {
    ...room,
    heard: [],
    asOf: room.last,
    joinedAt: member?.joined_at ?? joinedAt,
  }
}

/** An event's room says nothing of me; its members do, and of a large channel those who came. */
function joinedBy(room: Room, me: string, { op, d, at }: Ev): RoomRow | undefined {
  const cameNow = (d as Body).users?.includes(me) === true
  if (!cameNow && !room.members.some((each) => each.user_id === me)) return undefined
  const row = fresh({ ...room, mine: mineIn(room, me) }, me, cameNow ? at : null)
  return op === 'room.restored' ? { ...row, isGuess: true } : row
}

/** A message of a room came, or was changed: it was counted as `before`. */
export function touched(
  room: RoomRow,
  message: Message,
  before: Counted | null | undefined,
  at: Instant,
  me: string,
): RoomRow {
  const { n } = message
  const isNew = n > room.last
  const shown = room.message && room.message.n > n ? room.message : message
  const last = Math.max(room.last, n)
  if (message.kind === 'system') return { ...room, last, message: shown }
  const active_at = isNew ? message.created_at : room.active_at
  const next = { ...room, last, message: shown, active_at }
  if (message.by === me) {
    const mine = room.mine && { ...room.mine, read: n, unread: 0, mentions: 0 }
    return isNew ? { ...next, mine, heard: [], asOf: n } : next
  }
  const was = isNew ? { deleted: true, mentions: [] } : before
  if (!was) return next
  const names = (deleted: boolean, mentions: readonly string[]) =>
    Number(!deleted && mentions.includes(me))
  const isGone = message.deleted_at !== null
  const heard: Heard = {
    n,
    at,
    isNew,
    unread: Number(was.deleted) - Number(isGone),
    names: names(isGone, message.mentions) - names(was.deleted, was.mentions),
  }
  if (heard.unread === 0 && heard.names === 0) return next
  return { ...next, heard: [...room.heard, heard].slice(-HEARD_MOST) }
}

function listEvent(to: Writer, ev: Ev, me: string): void {
  const body = ev.d as Body
  const id = body.room_id ?? body.room?.id ?? ''
  const row = to.get<RoomRow>('rooms', id)
  if (!row) {
    // Who was added has not heard of the room, nor who starts with it in the archive.
    const isNew = ['room.created', 'member.added', 'room.restored'].includes(ev.op)
    const mine = isNew && body.room && joinedBy(body.room, me, ev)
    if (mine) to.put('rooms', id, mine)
    return
  }
  if (ev.op === 'room.touched') {
    const { message, before } = body
    if (message) to.put('rooms', id, touched(row, message, before, ev.at, me))
  } else if (ev.op === 'member.removed' && body.user === me) to.remove('rooms', id)
  else {
    const next = changedRoom(row, ev)
    if (next) to.put('rooms', id, next)
  }
}

/** What a command that waits does to a room, in the list and in the room itself. */
function predictedRoom<R extends Room>(room: R, { op, d, at }: PendingCommand): R | undefined {
  switch (op) {
    case 'room.update':
      return { ...room, ...(d as Partial<Pick<Room, 'name' | 'purpose'>>) }
    case 'room.archive':
      return { ...room, archived_at: new Date(at).toISOString() }
    case 'room.restore':
      return { ...room, archived_at: null }
    case 'member.add':
      return { ...room, ...added(room, d.users as string[], new Date(at).toISOString()) }
    case 'member.remove':
      return { ...room, ...removed(room, d.user as string) }
    default:
      return undefined
  }
}

function listPredict(to: Writer, command: PendingCommand, me: string): void {
  const { topic, op, d } = command
  const id = roomOf(topic)
  const row = to.get<RoomRow>('rooms', id)
  if (!row) return
  const put = (next: RoomRow) => to.put('rooms', id, next)
  const latest = row.message
  switch (op) {
    case 'message.send':
      return put({ ...row, last: row.last + 1, message: written(command, me, row.last + 1) })
    case 'message.edit':
    case 'message.delete':
      if (latest && latest.id === d.message)
        put({ ...row, message: rewritten(latest, command, me) })
      return
    case 'room.read': {
      const read = Math.min(d.n as number, row.last)
      const unread = row.heard.reduce((sum, each) => sum + (each.n > read ? each.unread : 0), 0)
      return put({ ...row, marked: { read, unread: Math.max(0, unread) } })
    }
    case 'room.unread': {
      const from = d.from as number
      return put({ ...row, marked: { read: from - 1, unread: Math.max(1, row.last - from + 1) } })
    }
    case 'room.leave':
      return to.remove('rooms', id)
    default: {
      const next = predictedRoom(row, command)
      if (next) put(next)
    }
  }
}

export const roomsModel = (me: () => string): TopicModel => ({
  version: 3,
  snapshot(to, d: { rooms?: Room[] }) {
    for (const room of d.rooms ?? []) to.put('rooms', room.id, fresh(room, me()))
  },
  event: (to, ev) => listEvent(to, ev, me()),
  predict: (to, command) => listPredict(to, command, me()),
})

// One room

/** A message of mine before the server has seen it. */
function written({ topic, d, at }: PendingCommand, me: string, n: number): ThreadMessage {
  const quoted = d.reply_to ? quotes.get(d.reply_to as string) : undefined
  return {
    id: d.id as string,
    room_id: roomOf(topic),
    n,
    kind: 'text',
    by: me,
    text: d.text as string,
    mentions: (d.mentions as string[] | undefined) ?? [],
    reply_to: quoted ?? null,
    reactions: [],
    created_at: new Date(at).toISOString(),
    edited_at: null,
    deleted_at: null,
    deleted_by: null,
    version: 0,
    sending: true,
  }
}

function rewritten(now: Message, { op, d, at }: PendingCommand, me: string): ThreadMessage {
  const when = new Date(at).toISOString()
  return op === 'message.edit'
    ? {
        ...now,
        text: d.text as string,
        mentions: (d.mentions as string[] | undefined) ?? [],
        edited_at: when,
        // The next edit is of what this one makes of it.
        version: now.version > 0 ? now.version + 1 : 0,
        sending: true,
      }
    : { ...now, text: '', deleted_at: when, deleted_by: me }
}

const NAMED_MOST = 25

/** Saying it twice changes nothing. */
export function reacted(now: Message, emoji: string, user: string, on: boolean): Message {
  const given = now.reactions.find((each) => each.emoji === emoji) ?? { emoji, by: [], count: 0 }
  const isKnown = given.by.includes(user)
  if (isKnown === on) return now
  const by = on ? [...given.by, user].slice(0, NAMED_MOST) : given.by.filter((one) => one !== user)
  const next = { emoji, by, count: given.count + (on ? 1 : -1) }
  const isNew = !now.reactions.includes(given)
  const all = isNew
    ? [...now.reactions, next]
    : now.reactions.map((each) => (each === given ? next : each))
  return { ...now, reactions: all.filter((each) => each.count > 0) }
}

/** A message after an event of its room; the same one when the event is about another. */
export function messageAfter(now: Message, { op, d }: Pick<Ev, 'op' | 'd'>): Message {
  const { message, message_id, emoji = '', by = '', on = false } = d as Body
  if (op === 'message.reacted') return message_id === now.id ? reacted(now, emoji, by, on) : now
  // A quote shows what stands there now.
  if (message && now.reply_to?.id === message.id && message.id !== now.id)
    return { ...now, reply_to: quoteOf(message) }
  return message?.id === now.id && message.version >= now.version ? message : now
}

function roomEvent(to: Writer, ev: Ev, me: string): void {
  const body = ev.d as Body
  const room = to.get<Room>('room', SELF)
  const { message } = body
  if (ev.op.startsWith('message.')) {
    const isNew = ev.op === 'message.sent'
    if (!isNew) {
      for (const each of [...to.all<Message>('messages')]) {
        const next = messageAfter(each, ev)
        if (next !== each) to.put('messages', each.id, next)
      }
    } else if (message) to.put('messages', message.id, message)
    if (!room || !message) return
    if (isNew) {
      const { members: all } = room
      const members = message.kind === 'system' ? all : readBy(room, message.by, message.n)
      to.put('room', SELF, { ...room, last: Math.max(room.last, message.n), message, members })
    } else if (room.message?.id === message.id) to.put('room', SELF, { ...room, message })
    return
  }
  if (!room) return
  if (ev.op === 'room.read')
    to.put('room', SELF, { ...room, members: readBy(room, body.user ?? '', body.n ?? 0) })
  const next = changedRoom(room, ev)
  if (next) to.put('room', SELF, { ...next, mine: mineAfter(next, ev, me) })
}

/** Am I in it after that? */
function mineAfter(room: Room, { op, d }: Ev, me: string): Mine | null {
  const { user, users } = d as Body
  if (op === 'member.removed' && user === me) return null
  return op === 'member.added' && users?.includes(me) ? mineIn(room, me) : room.mine
}

function roomPredict(to: Writer, command: PendingCommand, me: string): void {
  const { op, d } = command
  const room = to.get<Room>('room', SELF)
  if (op === 'message.send') {
    const message = written(command, me, (room?.last ?? 0) + 1)
    to.put('messages', message.id, message)
    if (room) to.put('room', SELF, { ...room, last: message.n })
    return
  }
  const now = op.startsWith('message.')
    ? to.get<Message>('messages', d.message as string)
    : undefined
  if (now && op === 'message.react')
    to.put('messages', now.id, reacted(now, d.emoji as string, me, d.on as boolean))
  else if (now && op !== 'message.restore') to.put('messages', now.id, rewritten(now, command, me))
  const next = room && predictedRoom(room, command)
  if (next) to.put('room', SELF, next)
  if (room && op === 'room.leave') to.put('room', SELF, { ...room, mine: null })
}

function keeps(table: string, rows: [string, Row][]): [string, Row][] {
  if (table !== 'messages' || rows.length <= KEPT) return rows
  const n = ([, row]: [string, Row]) => (row as Message).n
  return rows.sort((a, b) => n(a) - n(b)).slice(-KEPT)
}

export const roomModel = (me: () => string): TopicModel => ({
  version: 1,
  keeps,
  snapshot(to, d: { room?: Room; messages?: Message[] }) {
    if (d.room) to.put('room', SELF, d.room)
    for (const message of d.messages ?? []) to.put('messages', message.id, message)
  },
  event: (to, ev) => roomEvent(to, ev, me()),
  predict: (to, command) => roomPredict(to, command, me()),
})

const me = (): string => (session.state.status === 'in' ? session.state.user.id : '')
registerModel('rooms', roomsModel(me))
registerModel('room', roomModel(me))
