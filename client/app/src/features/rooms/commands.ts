// What can be done in a room. Messages wait on the disk until the server has them; who can take
// something back is offered it.
import { common } from '@/i18n/common'
import { CommandError, type CommandInit } from '@/live/engine'
import { uuidv7 } from '@/live/ids'
import { engine, performLater, performOrThrow, sayRefused } from '@/live/live'
import { offerUndo } from '@/live/undo'
import { toast } from '@/ui/toasts'
import type { Res } from '@/wire/frames'
import type {
  Member,
  Message,
  MessageId,
  Muted,
  Quote,
  Room,
  RoomKind,
  RoomRole,
} from '@/wire/rooms'
import { rememberQuote } from './model'
import { roomTexts as t } from './texts'

const LABEL_MOST = 60
const short = (text: string): string =>
  text.length > LABEL_MOST ? `${text.slice(0, LABEL_MOST - 1)}…` : text

const on = (room: string, op: string, d: Record<string, unknown>, label: string): CommandInit => ({
  topic: `room:${room}`,
  op,
  d,
  alsoOn: ['rooms'],
  label,
})

/** Undefined when it was refused; why is said. */
async function give(init: CommandInit): Promise<Res | undefined> {
  try {
    return await performOrThrow(init)
  } catch (error) {
    if (!(error instanceof CommandError)) return undefined
    // Elsewhere the same code is of something that is chosen.
    if (error.reason === 'archived')
      toast(common('refused', { what: init.label ?? '', why: t('isArchived') }))
    else sayRefused(init, error)
    return undefined
  }
}

// Messages

export interface Writing {
  text: string
  replyTo?: Quote | undefined
  mentions: readonly string[]
}

/** Shown at once; refused, it stays in the room with the way to try again. */
export function sendMessage(room: string, { text, replyTo, mentions }: Writing): void {
  if (replyTo) rememberQuote(replyTo)
  const d = {
    id: uuidv7(),
    text,
    ...(replyTo ? { reply_to: replyTo.id } : {}),
    ...(mentions.length > 0 ? { mentions } : {}),
  }
  performLater(on(room, 'message.send', d, t('message', { text: short(text) })))
}

export const retryMessage = (command: string): void => void engine.get()?.retry(command)
export const discardMessage = (command: string): void => void engine.get()?.discard(command)

const edit = (room: string, message: MessageId, text: string, mentions: readonly string[]) =>
  on(room, 'message.edit', { message, text, mentions }, t('edited'))

/** Whether the server took it; what was written is given back otherwise. */
export async function editMessage(
  room: string,
  of: Pick<Message, 'id' | 'text' | 'mentions'> & { version?: number },
  text: string,
  mentions: readonly string[],
): Promise<boolean> {
  const given = give({
    ...edit(room, of.id, text, mentions),
    // Not read any more, or on its way: there is no version to hold it against.
    ...(of.version ? { if: { ver: of.version } } : {}),
  })
  offerUndo(
    { text: t('edited'), inverse: () => [edit(room, of.id, of.text, of.mentions)] },
    { given },
  )
  return (await given) !== undefined
}

export function deleteMessage(room: string, { id: message }: Message): void {
  const given = give(on(room, 'message.delete', { message }, t('deleted')))
  const back = on(room, 'message.restore', { message }, t('restored'))
  offerUndo({ text: t('deleted'), inverse: () => [back] }, { given })
}

export function react(room: string, message: MessageId, emoji: string, isOn: boolean): void {
  void give(on(room, 'message.react', { message, emoji, on: isOn }, t('reaction')))
}

// Read and unread

export function markRead(room: string, n: number): void {
  void give(on(room, 'room.read', { n }, t('markRead')))
}
export function markUnread(room: string, from: number): void {
  void give(on(room, 'room.unread', { from }, t('markUnread')))
}
export function mute(room: string, muted: Muted): void {
  void give(on(room, 'room.mute', { muted }, t('mute')))
}

// Rooms

export interface NewRoom {
  kind: RoomKind
  name?: string
  purpose?: string
  members?: readonly string[]
}

/** The room's id; the one that is there when two people have one already. */
export async function createRoom(wish: NewRoom): Promise<string> {
  const { d } = await performOrThrow({
    topic: 'rooms',
    op: 'room.create',
    d: { id: uuidv7(), ...wish },
    label: wish.name ?? t('newMessage'),
  })
  return (d as { room: Room }).room.id
}

/** Was it the name that the server did not take? */
export const isOfName = (why: unknown): boolean =>
  why instanceof CommandError && (why.reason === 'name_taken' || why.fields?.[0]?.field === 'name')

export async function updateRoom(
  room: Room,
  change: { name?: string; purpose?: string },
): Promise<void> {
  await performOrThrow({
    ...on(room.id, 'room.update', change, t('details')),
    if: { ver: room.version },
  })
}

export function archiveRoom(room: Room): void {
  const given = give(on(room.id, 'room.archive', {}, t('archived')))
  const back = on(room.id, 'room.restore', {}, t('restore'))
  offerUndo({ text: t('archived'), inverse: () => [back] }, { given })
}
export function restoreRoom(room: Room): void {
  void give(on(room.id, 'room.restore', {}, t('restore')))
}

export async function joinRoom(room: Pick<Room, 'id'>): Promise<boolean> {
  const answer = await give(on(room.id, 'room.join', {}, t('join')))
  return answer !== undefined
}
/** Who comes back to others is a plain member: what was owned is not got back by undoing. */
const comesBackAs = (role: RoomRole | undefined, room: Room): boolean =>
  role !== 'owner' || room.member_count === 1

export function leaveRoom(room: Room, role: RoomRole | undefined): void {
  const text = t('left')
  const given = give(on(room.id, 'room.leave', {}, text))
  // Into a group only its members let somebody in again.
  const back = on(room.id, 'room.join', {}, t('join'))
  if (room.kind === 'channel' && comesBackAs(role, room))
    offerUndo({ text, inverse: () => [back] }, { given })
  else void given.then((answer) => answer && toast(text))
}

export function addMembers(room: Room, users: readonly string[]): void {
  void give(on(room.id, 'member.add', { users }, t('addPeople')))
}
export function removeMember(room: Room, { user_id: user, role }: Member, name: string): void {
  const text = t('memberRemoved', { name })
  const given = give(on(room.id, 'member.remove', { user }, text))
  const back = on(room.id, 'member.add', { users: [user] }, text)
  if (comesBackAs(role, room)) offerUndo({ text, inverse: () => [back] }, { given })
  else void given.then((answer) => answer && toast(text))
}
