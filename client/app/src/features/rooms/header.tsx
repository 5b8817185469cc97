// The room's name, who is here, and what can be done with the room as a whole.
import { Link } from '@tanstack/react-router'
import {
  Archive,
  ArchiveRestore,
  ArrowLeft,
  Bell,
  BellOff,
  EllipsisVertical,
  LogOut,
  MailOpen,
  Pencil,
  Search,
  Users,
} from 'lucide-react'
import { useState } from 'react'
import { common } from '@/i18n/common'
import { usePresence, useRow, useTopic } from '@/live/hooks'
import { AvatarStack } from '@/ui/avatar'
import { IconButton } from '@/ui/button'
import { ConfirmDialog } from '@/ui/dialog'
import { Icon } from '@/ui/icon'
import { MenuButton, MenuItem, MenuSection, MenuSeparator } from '@/ui/menu'
import type { Mine, Muted, Room } from '@/wire/rooms'
import { archiveRoom, leaveRoom, markRead, mute, restoreRoom } from './commands'
import { DetailsDialog } from './details'
import { SELF } from './model'
import { RoomMark } from './room-mark'
import type { ChatSearch } from './search'
import { useRoomTexts } from './texts'
import { otherOf, roomName, useChat, useHere, useMyRoom } from './use-rooms'

export interface Header {
  /** The room as its own topic has it, else as the list does. */
  room: Room | undefined
  /** Null for who is not in it. */
  mine: Mine | null
  name: string
  isOwner: boolean
}

export function useHeader(id: string | undefined): Header {
  const { people, me, canManage } = useChat()
  const listed = useMyRoom(id ?? '')
  const read = useRow<Room>(useTopic(id && `room:${id}`), 'room', SELF)
  const room = read ?? listed
  const mine = listed?.mine ?? room?.mine ?? null
  return {
    room,
    mine,
    name: room ? roomName(room, people, me) : '',
    isOwner: mine?.role === 'owner' || (canManage && room?.kind === 'channel'),
  }
}

export function HeaderName({ header, isTitle }: { header: Header; isTitle?: boolean }) {
  const t = useRoomTexts()
  const { people, me } = useChat()
  const here = useHere()
  const { room, name } = header
  const Name = isTitle ? 'h1' : 'h2'
  const state = room?.kind === 'direct' ? here.get(otherOf(room, me)) : undefined
  return (
    <>
      {isTitle && (
        <Link className="btn q i" to="/chat" aria-label={t('back')} title={t('back')}>
          <Icon of={ArrowLeft} />
        </Link>
      )}
      {room && <RoomMark room={room} people={people} me={me} here={here} />}
      <div className="room-name">
        <Name className="el">{name || t('title')}</Name>
        {room && (
          <p className="el sm t3">
            {room.kind === 'direct'
              ? state && common(state)
              : [t('members', { count: room.member_count }), room.purpose]
                  .filter(Boolean)
                  .join(' · ')}
          </p>
        )}
      </div>
    </>
  )
}

function Lookers({ room }: { room: string }) {
  const t = useRoomTexts()
  const { people, me } = useChat()
  const { people: present } = usePresence(useTopic(`room:${room}`))
  const others = present
    .filter(({ user }) => user !== me)
    .map(({ user, state }) => ({ ...people.of(user), state }))
  if (others.length === 0) return null
  return (
    <span
      className="lookers row"
      role="group"
      aria-label={t('lookingHere')}
      title={t('lookingHere')}
    >
      <AvatarStack people={others} size="m" />
    </span>
  )
}

const mutes: readonly Muted[] = ['nothing', 'unmentioned', 'all']

export function HeaderActions({
  header,
  side,
  onSide,
}: {
  header: Header
  side: ChatSearch['side']
  onSide: (side: ChatSearch['side']) => void
}) {
  const t = useRoomTexts()
  const { room, mine, isOwner } = header
  const [asking, ask] = useState<'details' | 'leave'>()
  if (!room) return null
  const toggle = (what: 'people' | 'search') => onSide(side === what ? undefined : what)
  const isChannel = room.kind === 'channel'
  const canChange = mine && isOwner && room.kind !== 'direct'
  const muted = mine?.muted ?? 'nothing'
  return (
    <>
      {room.kind !== 'direct' && <Lookers room={room.id} />}
      <IconButton icon={Search} label={t('searchHere')} onPress={() => toggle('search')} />
      {room.kind !== 'direct' && (
        <IconButton icon={Users} label={t('people')} onPress={() => toggle('people')} />
      )}
      {mine && (
        <MenuButton
          label={t('actions')}
          placement="bottom end"
          button={<IconButton icon={EllipsisVertical} label={t('actions')} />}
        >
          {mine.unread > 0 && (
            <MenuItem icon={MailOpen} onAction={() => markRead(room.id, room.last)}>
              {t('markRead')}
            </MenuItem>
          )}
          {canChange && (
            <MenuItem icon={Pencil} onAction={() => ask('details')}>
              {t('details')}
            </MenuItem>
          )}
          <MenuSection title={t('mute')}>
            {mutes.map((each) => (
              <MenuItem
                key={each}
                icon={each === 'nothing' ? Bell : BellOff}
                checked={muted === each}
                onAction={() => mute(room.id, each)}
              >
                {t(`mute.${each}`)}
              </MenuItem>
            ))}
          </MenuSection>
          {room.kind !== 'direct' && (
            <>
              <MenuSeparator />
              {canChange && (
                <MenuItem
                  icon={room.archived_at ? ArchiveRestore : Archive}
                  onAction={() => (room.archived_at ? restoreRoom(room) : archiveRoom(room))}
                >
                  {t(room.archived_at ? 'restore' : 'archiveRoom')}
                </MenuItem>
              )}
              <MenuItem
                icon={LogOut}
                danger
                onAction={() => (isChannel ? leaveRoom(room, mine.role) : ask('leave'))}
              >
                {t('leave')}
              </MenuItem>
            </>
          )}
        </MenuButton>
      )}
      {asking === 'details' && <DetailsDialog room={room} onClose={() => ask(undefined)} />}
      <ConfirmDialog
        isOpen={asking === 'leave'}
        onClose={() => ask(undefined)}
        title={t('leaveTitle')}
        action={t('leave')}
        onConfirm={() => leaveRoom(room, mine?.role)}
      >
        <p>{t('leaveBody')}</p>
      </ConfirmDialog>
    </>
  )
}
