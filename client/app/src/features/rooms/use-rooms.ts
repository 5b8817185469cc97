// My rooms as screens see them: with the numbers of now, newest first.
import './model'
import { useMemo } from 'react'
import { type People, usePeople } from '@/features/customers/people'
import {
  usePresence,
  useRow,
  useRows,
  useTenantTopic,
  useTopic,
  useTopicStatus,
} from '@/live/hooks'
import { ownEngine } from '@/live/live'
import type { Subscription, TopicStatus } from '@/live/subscription'
import { useOwner } from '@/session/session'
import type { UserId } from '@/wire/records'
import type { Mine, Muted, Room } from '@/wire/rooms'
import { isTold, mineOf } from './counts'
import type { Mark } from './marks'
import type { RoomRow } from './model'
import { roomTexts as t } from './texts'

export interface MyRoom extends RoomRow {
  mine: Mine
}

interface Keyed {
  rooms: readonly MyRoom[]
  status: TopicStatus
  topic: Subscription | undefined
}

export function useRooms(): Keyed {
  const topic = useTopic('rooms', ownEngine)
  const me = useTopic('me', ownEngine)
  const status = useTopicStatus(topic)
  const rows = useRows<RoomRow>(topic, 'rooms')
  // Any of them may have changed; which one is looked up below.
  const marks = useRows<Mark>(me, 'marks')
  const mutes = useRows<{ muted: Muted }>(me, 'mutes')
  const rooms = useMemo(() => {
    void marks
    void mutes
    const mine = rows.flatMap((row): MyRoom[] => {
      const mark = me?.get<Mark>('marks', row.id)
      const found = mineOf(row, mark, me?.get<{ muted: Muted }>('mutes', row.id)?.muted)
      return found ? [{ ...row, mine: found }] : []
    })
    return mine.sort((a, b) => b.active_at.localeCompare(a.active_at) || b.id.localeCompare(a.id))
  }, [rows, marks, mutes, me])
  return { rooms, status, topic }
}

/** One of mine, kept up to date even while it is not looked at in the list. */
export function useMyRoom(id: string): MyRoom | undefined {
  const topic = useTopic('rooms', ownEngine)
  const me = useTopic('me', ownEngine)
  const row = useRow<RoomRow>(topic, 'rooms', id)
  const mark = useRow<Mark>(me, 'marks', id)
  const muted = useRow<{ muted: Muted }>(me, 'mutes', id)?.muted
  return useMemo(() => {
    const mine = row && mineOf(row, mark, muted)
    return mine ? { ...row, mine } : undefined
  }, [row, mark, muted])
}

/** In how many rooms something waits for me. */
export const toldRooms = (rooms: readonly MyRoom[]): number =>
  rooms.filter((room) => !room.archived_at && isTold(room.mine)).length

/** The other one of a direct room. */
export const otherOf = (room: Pick<Room, 'members'>, me: string): UserId =>
  room.members.find((member) => member.user_id !== me)?.user_id ?? me

export const roomName = (
  room: Pick<Room, 'kind' | 'name' | 'members'>,
  people: People,
  me: string,
): string =>
  room.kind === 'direct' ? people.of(otherOf(room, me)).name : (room.name ?? t('unnamed'))

export type Presence = ReadonlyMap<string, 'online' | 'idle'>

/** Who of the house is here. */
export function useHere(): Presence {
  const { people } = usePresence(useTenantTopic())
  return useMemo(() => new Map(people.map(({ user, state }) => [user, state])), [people])
}

export function useChat() {
  const people = usePeople()
  const { user, permissions } = useOwner()
  return { people, me: user.id, canManage: permissions.has('chat.manage') }
}
