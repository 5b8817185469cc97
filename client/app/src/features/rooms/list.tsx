// The conversations at the left: filtered by a word or a kind, with the messages that hold the word.
import { useRouter } from '@tanstack/react-router'
import { Hash } from 'lucide-react'
import { type KeyboardEvent, useMemo } from 'react'
import { fold } from '@/i18n/fold'
import { useObservable } from '@/live/observable'
import { Button, IconButton } from '@/ui/button'
import { ChoiceBar } from '@/ui/choice-bar'
import { SearchField } from '@/ui/search-field'
import { EmptyState, ErrorState, Skeleton } from '@/ui/states'
import { Archive } from './archive'
import { isTold } from './counts'
import { type Draft, drafts, editOf } from './drafts'
import { useFailed } from './failed'
import { Hits, useMessageSearch } from './hits'
import { ListRow } from './list-row'
import { useRoomTexts } from './texts'
import { type MyRoom, roomName, useChat, useHere, useRooms } from './use-rooms'

export type View = 'all' | 'unread' | 'direct' | 'group' | 'channel'
const views: readonly View[] = ['all', 'unread', 'direct', 'group', 'channel']

export function ViewBar({ view, onView }: { view: View; onView: (view: View) => void }) {
  const t = useRoomTexts()
  const options = views.map((id) => ({ id, text: t(`view.${id}`) }))
  return <ChoiceBar label={t('views')} options={options} value={view} onChange={onView} />
}

/** Arrow keys go from one link of a list to the next; up from the first, back to the field. */
export function walk(event: KeyboardEvent<HTMLElement>): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
  if (step === 0) return
  const all = [
    ...event.currentTarget.querySelectorAll<HTMLElement>('input, [data-walk], .room-row'),
  ]
  const next = all[all.indexOf(document.activeElement as HTMLElement) + step]
  if (!next) return
  event.preventDefault()
  next.focus()
}

const inView = (room: MyRoom, view: View): boolean =>
  view === 'all' || (view === 'unread' ? isTold(room.mine) : room.kind === view)

/** What waits to be sent: a message, or another text for one. */
const wordsOf = (draft: Draft | undefined): string | undefined =>
  draft && (draft.text.trim() || editOf(draft)?.text.trim())

export function RoomList({
  open,
  view,
  onView,
  typed,
  onTyped,
  onNew,
  onBrowse,
}: {
  open: string | undefined
  view: View
  /** Given where there is no room beside the title. */
  onView?: (view: View) => void
  typed: string
  onTyped: (typed: string) => void
  onNew: () => void
  onBrowse: () => void
}) {
  const t = useRoomTexts()
  const { rooms, status, topic } = useRooms()
  const { people, me } = useChat()
  const here = useHere()
  const kept = useObservable(drafts)
  const failed = useFailed()
  const router = useRouter()
  const query = fold(typed)
  const search = useMessageSearch(typed)
  const current = useMemo(() => {
    const fits = (room: MyRoom) =>
      !room.archived_at && inView(room, view) && fold(roomName(room, people, me)).includes(query)
    return rooms.filter(fits)
  }, [rooms, view, query, people, me])
  const row = (room: MyRoom) => (
    <li key={room.id}>
      <ListRow
        room={room}
        people={people}
        me={me}
        here={here}
        draft={open === room.id ? undefined : wordsOf(kept[room.id])}
        hasFailed={failed.has(room.id)}
        isOpen={open === room.id}
      />
    </li>
  )
  const isEmpty = current.length === 0
  const hasHits = (search.hits?.length ?? 0) > 0
  return (
    <section className="room-list" aria-label={t('rooms')} onKeyDown={walk}>
      <header>
        <div className="row">
          <SearchField label={t('find')} value={typed} onChange={onTyped} width="100%" />
          <IconButton icon={Hash} label={t('browse')} small onPress={onBrowse} />
        </div>
        {onView && <ViewBar view={view} onView={onView} />}
      </header>
      <div className="scroll rooms-scroll" tabIndex={-1}>
        {status === 'failed' ? (
          <ErrorState error={topic?.error} onRetry={() => void router.invalidate()} />
        ) : status === 'loading' && rooms.length === 0 ? (
          <div className="room-skel">
            {[72, 64, 80, 58, 68].map((width) => (
              <Skeleton key={width} width={`${width}%`} height={40} />
            ))}
          </div>
        ) : (
          <>
            <ul>{current.map(row)}</ul>
            {isEmpty && !typed && (
              <EmptyState
                title={t(rooms.length === 0 ? 'noRooms' : 'nothingHere')}
                action={rooms.length === 0 && <Button onPress={onNew}>{t('newMessage')}</Button>}
              >
                {rooms.length === 0 && t('noRoomsBody')}
              </EmptyState>
            )}
            {typed.trim().length >= 2 && <Hits search={search} query={typed} withRoom />}
            {isEmpty && typed && !search.isReading && !hasHits && !search.error && (
              <EmptyState title={t('nothingFound')}>{t('nothingFoundBody')}</EmptyState>
            )}
            {!typed && view === 'all' && rooms.length > 0 && <Archive open={open} />}
          </>
        )}
      </div>
    </section>
  )
}
