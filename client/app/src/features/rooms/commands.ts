// What can be done in a room. Messages wait on the disk until the server has them; who can take
// something back is offered it.
import { CommandError, type CommandInit } from '@/live/engine'
import { uuidv7 } from '@/live/ids'
import { engine, perform, performLater, performOrThrow } from '@/live/live'
import { offerUndo } from '@/live/undo'
import type { Message, MessageId, Muted, Quote, Room, RoomKind } from '@/wire/rooms'
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
  of: Message,
  text: string,
  mentions: readonly string[],
): Promise<boolean> {
  const given = perform({
    ...edit(room, of.id, text, mentions),
    ...(of.version > 0 ? { if: { ver: of.version } } : {}),
  })
  offerUndo(
    { text: t('edited'), inverse: () => [edit(room, of.id, of.text, of.mentions)] },
    { given },
  )
  return (await given) !== undefined
}

export function deleteMessage(room: string, { id: message }: Message): void {
  const given = perform(on(room, 'message.delete', { message }, t('deleted')))
  const back = on(room, 'message.restore', { message }, t('restored'))
  offerUndo({ text: t('deleted'), inverse: () => [back] }, { given })
}

export function react(room: string, message: MessageId, emoji: string, isOn: boolean): void {
  void perform(on(room, 'message.react', { message, emoji, on: isOn }, t('reaction')))
}

// Read and unread

export function markRead(room: string, n: number): void {
  void perform(on(room, 'room.read', { n }, t('markRead')))
}
export function markUnread(room: string, from: number): void {
  void perform(on(room, 'room.unread', { from }, t('markUnread')))
}
export function mute(room: string, muted: Muted): void {
  void perform(on(room, 'room.mute', { muted }, t('mute')))
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
  const given = perform(on(room.id, 'room.archive', {}, t('archived')))
  const back = on(room.id, 'room.restore', {}, t('restore'))
  offerUndo({ text: t('archived'), inverse: () => [back] }, { given })
}
export function restoreRoom(room: Room): void {
  void perform(on(room.id, 'room.restore', {}, t('restore')))
}

export async function joinRoom(room: Pick<Room, 'id'>): Promise<boolean> {
  const answer = await perform(on(room.id, 'room.join', {}, t('join')))
  return answer !== undefined
}
export function leaveRoom(room: Room): void {
  const given = perform(on(room.id, 'room.leave', {}, t('left')))
  // Into a group only its members let somebody in again.
  const back = on(room.id, 'room.join', {}, t('join'))
  if (room.kind === 'channel') offerUndo({ text: t('left'), inverse: () => [back] }, { given })
}

export function addMembers(room: Room, users: readonly string[]): void {
  void perform(on(room.id, 'member.add', { users }, t('addPeople')))
}
export function removeMember(room: Room, user: string, name: string): void {
  const text = t('memberRemoved', { name })
  const given = perform(on(room.id, 'member.remove', { user }, text))
  const back = on(room.id, 'member.add', { users: [user] }, text)
  offerUndo({ text, inverse: () => [back] }, { given })
}
