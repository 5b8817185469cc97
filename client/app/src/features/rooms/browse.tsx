// Channels of the house that I have not joined: to look into, or to join at once.
import { useInfiniteQuery } from '@tanstack/react-query'
import { Hash } from 'lucide-react'
import { useState } from 'react'
import { api } from '@/session/api'
import { announce } from '@/ui/announce'
import { Button } from '@/ui/button'
import { Dialog } from '@/ui/dialog'
import { Icon } from '@/ui/icon'
import { Paged } from '@/ui/paged'
import { SearchField } from '@/ui/search-field'
import type { Page } from '@/wire/records'
import type { Room } from '@/wire/rooms'
import { joinRoom } from './commands'
import { useRoomTexts } from './texts'
import { useDebounced } from './use-debounced'

const PAGE = 50

export default function BrowseDialog({
  onClose,
  onOpen,
}: {
  onClose: () => void
  onOpen: (room: string) => void
}) {
  const t = useRoomTexts()
  const [typed, setTyped] = useState('')
  const q = useDebounced(typed.trim())
  const read = useInfiniteQuery({
    queryKey: ['channels', q],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<Room>>(
        '/rooms',
        { kind: 'channel', joined: false, archived: false, q, cursor: pageParam, limit: PAGE },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    staleTime: 0,
  })
  const join = async (room: Room) => {
    if (!(await joinRoom(room))) return
    announce(t('joined'))
    onOpen(room.id)
  }
  return (
    <Dialog isOpen onClose={onClose} title={t('browse')}>
      <SearchField label={t('findChannel')} value={typed} onChange={setTyped} autoFocus />
      <div className="browse-list">
        <Paged read={read} height={44} empty={<p className="t2">{t('noChannels')}</p>}>
          {(room) => (
            <li key={room.id} className="browse-line">
              <span className="room-mark" aria-hidden="true">
                <Icon of={Hash} />
              </span>
              <span className="tx">
                <b className="el">{room.name}</b>
                <span className="el sm t3">
                  {[t('members', { count: room.member_count }), room.purpose]
                    .filter(Boolean)
                    .join(' · ')}
                </span>
              </span>
              <Button
                small
                tone="quiet"
                onPress={() => onOpen(room.id)}
                aria-label={`${t('open')}: ${room.name}`}
              >
                {t('open')}
              </Button>
              <Button
                small
                onPress={() => void join(room)}
                aria-label={`${t('join')}: ${room.name}`}
              >
                {t('join')}
              </Button>
            </li>
          )}
        </Paged>
      </div>
    </Dialog>
  )
}
