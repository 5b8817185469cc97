// Beside the thread: who is in the room, or a search in it. Without the room for it, a sheet.
import { X } from 'lucide-react'
import { useState } from 'react'
import { IconButton } from '@/ui/button'
import { Sheet } from '@/ui/dialog'
import { SearchField } from '@/ui/search-field'
import { EmptyState } from '@/ui/states'
import type { Room } from '@/wire/rooms'
import { Hits, useMessageSearch } from './hits'
import { walk } from './list'
import { Members } from './member-list'
import { useRoomTexts } from './texts'

function SearchHere({ room }: { room: Room }) {
  const t = useRoomTexts()
  const [typed, setTyped] = useState('')
  const search = useMessageSearch(typed, room.id)
  const isEmpty = search.hits?.length === 0 && !search.isReading
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrow keys walk the links inside
    <div className="search-here" onKeyDown={walk}>
      <SearchField label={t('findMessage')} value={typed} onChange={setTyped} autoFocus />
      {typed.trim().length < 2 && <p className="t3 sm">{t('typeMore')}</p>}
      {isEmpty && <EmptyState title={t('nothingFound')}>{t('nothingFoundBody')}</EmptyState>}
      <Hits search={search} query={typed} />
    </div>
  )
}

export function SidePanel({
  what,
  room,
  inSheet,
  onClose,
}: {
  what: 'people' | 'search'
  room: Room
  inSheet: boolean
  onClose: () => void
}) {
  const t = useRoomTexts()
  const title = t(what === 'people' ? 'people' : 'searchHere')
  const content = what === 'people' ? <Members room={room} /> : <SearchHere room={room} />
  if (inSheet)
    return (
      <Sheet isOpen onClose={onClose} title={title}>
        {content}
      </Sheet>
    )
  return (
    <aside className="room-side scroll" aria-label={title}>
      <header className="row">
        <h2 className="sp">{title}</h2>
        <IconButton icon={X} label={t('stop')} small onPress={onClose} />
      </header>
      {content}
    </aside>
  )
}
