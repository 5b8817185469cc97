// The team's chat: conversations at the left, the open one beside them, people or search at the right.
// On a phone one after the other.
import './rooms.css'
import './thread.css'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { MessageSquarePlus } from 'lucide-react'
import { lazy, Suspense, useCallback, useState } from 'react'
import { useCommands, useCreateCommand } from '@/commands'
import { Screen } from '@/shell/screen'
import { Button, IconButton } from '@/ui/button'
import { useMedia, usePhone } from '@/ui/media'
import { EmptyState } from '@/ui/states'
import { markRead } from './commands'
import { HeaderActions, HeaderName, useHeader } from './header'
import { RoomList, type View, ViewBar } from './list'
import { RoomView, ThreadSkeleton } from './room'
import { type ChatSearch, useChatSearch } from './search'
import { SidePanel } from './side'
import { useRoomTexts } from './texts'
import { toldRooms, useRooms } from './use-rooms'

const NewRoomDialog = lazy(() => import('./new-room'))
const BrowseDialog = lazy(() => import('./browse'))

/** Beside the thread there is room for a third pane. */
const WIDE = '(min-width: 1180px)'

/** J and K walk the list and open what they come to; arrows walk it where the focus is. */
function useWalk(open: string | undefined, go: (room: string) => void) {
  const t = useRoomTexts()
  const step = (by: number) => {
    const rows = [...document.querySelectorAll<HTMLElement>('.room-row')]
    const focused = document.activeElement?.closest<HTMLElement>('.room-row')
    const at = rows.findIndex((row) => (focused ? row === focused : row.dataset.room === open))
    const next = rows[Math.max(0, Math.min(rows.length - 1, at + by))]
    next?.focus()
    if (next?.dataset.room) go(next.dataset.room)
  }
  useCommands(t('title'), () => [
    {
      id: 'chat.next',
      title: t('nextRoom'),
      keys: 'j',
      keyOnly: true,
      run: () => step(1),
    },
    {
      id: 'chat.previous',
      title: t('previousRoom'),
      keys: 'k',
      keyOnly: true,
      run: () => step(-1),
    },
  ])
}

export function RoomsScreen() {
  const t = useRoomTexts()
  const navigate = useNavigate()
  const { room: open } = useParams({ strict: false }) as { room?: string }
  const { make, side } = useChatSearch()
  const isPhone = usePhone()
  const isWide = useMedia(WIDE)
  const { rooms } = useRooms()
  const waiting = toldRooms(rooms)
  const [view, setView] = useState<View>('all')
  const [typed, setTyped] = useState('')
  const header = useHeader(open)

  const go = useCallback(
    (room: string) => void navigate({ to: '/chat/$room', params: { room }, search: {} }),
    [navigate],
  )
  const change = useCallback(
    (search: ChatSearch) =>
      void (open
        ? navigate({ to: '/chat/$room', params: { room: open }, search, replace: true })
        : navigate({ to: '/chat', search, replace: true })),
    [navigate, open],
  )
  const create = useCallback(() => change({ make: 'direct' }), [change])
  useWalk(open, go)
  useCreateCommand(t('title'), 'chat.write', t('newMessage'), create)
  useCommands(t('title'), () => [
    ...(['group', 'channel', 'browse'] as const).map((what) => ({
      id: `chat.${what}`,
      title: t(what === 'browse' ? 'browse' : what === 'group' ? 'newGroup' : 'newChannel'),
      icon: MessageSquarePlus,
      run: () => change({ make: what }),
    })),
    ...(header.room
      ? [
          {
            id: 'chat.search-here',
            title: t('searchHere'),
            keys: 'f',
            run: () => change({ side: 'search' }),
          },
          {
            id: 'chat.read',
            title: t('markRead'),
            run: () => open && header.room && markRead(open, header.room.last),
          },
        ]
      : []),
  ])

  const isInRoom = isPhone && open !== undefined
  const title = waiting > 0 ? t('counted', { count: waiting }) : t('title')
  return (
    <Screen
      title={title}
      heading={
        isInRoom ? <HeaderName header={header} isTitle /> : <h1 className="el">{t('title')}</h1>
      }
      views={!isPhone && <ViewBar view={view} onView={setView} />}
      actions={
        isInRoom ? (
          <HeaderActions
            header={header}
            side={side}
            onSide={(side) => change(side ? { side } : {})}
          />
        ) : isPhone ? (
          <IconButton icon={MessageSquarePlus} label={t('newMessage')} onPress={create} />
        ) : (
          <Button icon={MessageSquarePlus} hint="N" onPress={create}>
            {t('newMessage')}
          </Button>
        )
      }
    >
      <div className="chat" data-open={open !== undefined || undefined}>
        {!isInRoom && (
          <RoomList
            open={open}
            view={view}
            {...(isPhone ? { onView: setView } : {})}
            typed={typed}
            onTyped={setTyped}
            onNew={create}
            onBrowse={() => change({ make: 'browse' })}
          />
        )}
        {open ? (
          <section className="room" aria-label={header.name || t('title')}>
            {!isPhone && (
              <header className="room-head">
                <HeaderName header={header} />
                <span className="sp" />
                <HeaderActions
                  header={header}
                  side={side}
                  onSide={(side) => change(side ? { side } : {})}
                />
              </header>
            )}
            <Suspense fallback={<ThreadSkeleton />}>
              <RoomView key={open} id={open} />
            </Suspense>
          </section>
        ) : (
          !isPhone && (
            <section className="room" aria-label={t('title')}>
              <EmptyState
                title={t('choose')}
                action={
                  <Link className="btn" to="/chat" search={{ make: 'browse' }}>
                    {t('browse')}
                  </Link>
                }
              >
                {t('chooseBody')}
              </EmptyState>
            </section>
          )
        )}
        {open && side && header.room && (
          <SidePanel
            key={`${open}${side}`}
            what={side}
            room={header.room}
            inSheet={!isWide}
            onClose={() => change({})}
          />
        )}
      </div>
      <Suspense>
        {make === 'browse' ? (
          <BrowseDialog onClose={() => change({})} onOpen={go} />
        ) : (
          make && <NewRoomDialog kind={make} onClose={() => change({})} onOpen={go} />
        )}
      </Suspense>
    </Screen>
  )
}
