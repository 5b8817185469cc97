// What stands for a room: the other person, people, or a channel's sign.
import { Hash, Users } from 'lucide-react'
import type { People } from '@/features/customers/people'
import { Avatar } from '@/ui/avatar'
import { Icon } from '@/ui/icon'
import type { Room } from '@/wire/rooms'
import { otherOf, type Presence } from './use-rooms'

export function RoomMark({
  room,
  people,
  me,
  here,
}: {
  room: Pick<Room, 'kind' | 'members'>
  people: People
  me: string
  here?: Presence
}) {
  if (room.kind === 'direct') {
    const other = people.of(otherOf(room, me))
    return <Avatar person={other} size="g" state={here?.get(other.id)} />
  }
  return (
    <span className="room-mark" aria-hidden="true">
      <Icon of={room.kind === 'channel' ? Hash : Users} />
    </span>
  )
}
