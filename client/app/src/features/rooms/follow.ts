// What becomes of my membership decides what is heard of a room: who is taken out hears nothing more,
// and nobody tells them when they are let in again but the list of their rooms.
import type { Engine } from '@/live/engine'
import { api } from '@/session/api'
import type { Ev } from '@/wire/frames'
import type { Room } from '@/wire/rooms'
import { type RoomRow, SELF } from './model'

type Live = Pick<Engine, 'onEvent' | 'find' | 'forget' | 'renew'>

interface Body {
  room?: Room
  room_id?: string
  user?: string
  users?: readonly string[]
}

/** The answer stops it. */
export function followRooms(live: Live, me: string): () => void {
  let isOver = false
  // An event's room does not say how I stand to it.
  const learn = async (id: string): Promise<void> => {
    const room = await api.get<Room>(`/rooms/${id}`).catch(() => undefined)
    if (room?.mine && !isOver) live.renew('rooms')
  }
  const heard = ({ op, d }: Ev): void => {
    const { room, room_id, user, users } = d as Body
    const id = room_id ?? room?.id ?? ''
    const key = `room:${id}`
    if (op === 'member.removed' && user === me) {
      // A channel is read on by who has left it.
      if (live.find(key)?.get<Room>('room', SELF)?.kind !== 'channel') live.forget(key)
    } else if (op === 'member.added' && users?.includes(me)) {
      if (room?.kind !== 'channel') live.renew(key)
    } else if (op === 'room.restored' && room) {
      const row = live.find('rooms')?.topic.committed.get<RoomRow>('rooms', id)
      const mayBeMine = room.member_count > room.members.length
      if (row ? row.isGuess : mayBeMine) void learn(id)
    }
  }
  const hush = live.onEvent('rooms', heard)
  return () => {
    isOver = true
    hush()
  }
}
