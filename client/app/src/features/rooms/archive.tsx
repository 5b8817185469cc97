// Conversations that were put away: read when somebody opens the drawer.
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import { useTopicEvents } from '@/live/hooks'
import { api } from '@/session/api'
import { Paged } from '@/ui/paged'
import type { Ev } from '@/wire/frames'
import type { Page } from '@/wire/records'
import type { Room } from '@/wire/rooms'
import { ListRow } from './list-row'
import { useRoomTexts } from './texts'
import { useChat, useHere } from './use-rooms'

const KEY = ['archived-rooms']

export function Archive({ open }: { open: string | undefined }) {
  const t = useRoomTexts()
  const { people, me } = useChat()
  const here = useHere()
  const queries = useQueryClient()
  const [isOpen, setOpen] = useState(false)
  const listener = useCallback(
    (ev: Ev) => {
      if (ev.op === 'room.archived' || ev.op === 'room.restored')
        void queries.invalidateQueries({ queryKey: KEY })
    },
    [queries],
  )
  useTopicEvents('rooms', listener)
  const read = useInfiniteQuery({
    queryKey: KEY,
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<Room>>('/rooms', { archived: true, joined: true, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    enabled: isOpen,
  })
  return (
    <details className="room-archive" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('archive')}</summary>
      {isOpen && (
        <Paged read={read} height={40} empty={<p className="t3 sm">{t('noArchive')}</p>}>
          {(room) => (
            <li key={room.id}>
              <ListRow
                room={room}
                people={people}
                me={me}
                here={here}
                draft={undefined}
                hasFailed={false}
                isOpen={open === room.id}
              />
            </li>
          )}
        </Paged>
      )}
    </details>
  )
}
