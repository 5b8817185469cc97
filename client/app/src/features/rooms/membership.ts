// Who is in a room, as events and commands change it.
import type { Instant } from '@/wire/records'
import type { Member, Mine, Room, RoomRole } from '@/wire/rooms'

export function added(
  room: Room,
  users: readonly string[],
  at: Instant,
  role: RoomRole = 'member',
): Pick<Room, 'members' | 'member_count'> {
  const known = new Set(room.members.map((member) => member.user_id))
  const more = users
    .filter((user) => !known.has(user))
    .map((user_id): Member => ({ user_id, role, read: room.last, joined_at: at }))
  return { members: [...room.members, ...more], member_count: room.member_count + more.length }
}

export const owned = (
  members: readonly Member[],
  owner: string | null | undefined,
): readonly Member[] =>
  members.map((each) => (each.user_id === owner ? { ...each, role: 'owner' } : each))

export function removed(
  room: Room,
  user: string,
  heir?: string | null,
): Pick<Room, 'members' | 'member_count'> {
  const members = owned(
    room.members.filter((member) => member.user_id !== user),
    heir,
  )
  return { members, member_count: Math.max(0, room.member_count - 1) }
}

export function readBy(room: Room, user: string, n: number): readonly Member[] {
  return room.members.map((member) => (member.user_id === user ? { ...member, read: n } : member))
}

export function mineIn(room: Room, me: string): Mine {
  const member = room.members.find((each) => each.user_id === me)
  const { role, read } = member ?? { role: 'member' as const, read: room.last }
  return { role, read, unread: 0, mentions: 0, muted: 'nothing' }
}
