// One conversation in the list: who, the latest line, when, what waits.
import { Link } from '@tanstack/react-router'
import { BellOff } from 'lucide-react'
import { memo } from 'react'
import type { People } from '@/features/customers/people'
import { common } from '@/i18n/common'
import { clock, dayMonth, daysBetween } from '@/i18n/format'
import { Icon } from '@/ui/icon'
import type { Mine, Room } from '@/wire/rooms'
import { isTold } from './counts'
import { RoomMark } from './room-mark'
import { useLines } from './system-line'
import { useRoomTexts } from './texts'
import { type Presence, roomName } from './use-rooms'

/** "14.30", "dün", "21 Kas". */
export function shortTime(at: string, now = new Date()): string {
  const then = new Date(at)
  const days = daysBetween(now, then)
  return days === 0 ? clock(then) : days === -1 ? common('yesterday') : dayMonth(then)
}

/** Of a channel that I am not in. */
const nothing: Pick<Mine, 'unread' | 'mentions' | 'muted'> = {
  unread: 0,
  mentions: 0,
  muted: 'nothing',
}

interface RowProps {
  room: Room
  people: People
  me: string
  here: Presence
  draft: string | undefined
  hasFailed: boolean
  isOpen: boolean
}

function Line({ room, people, me, draft, hasFailed }: RowProps) {
  const t = useRoomTexts()
  const lineOf = useLines()
  const { message } = room
  if (hasFailed) return <b className="fail">{t('failed')}</b>
  if (draft)
    return (
      <>
        <b className="draft">{t('draft')}</b> {draft}
      </>
    )
  if (!message) return <span className="t3">{room.purpose || t('nothingSaid')}</span>
  if (message.deleted_at) return <i className="t3">{t('deletedLine')}</i>
  const line = lineOf(message)
  if (line !== undefined) return <span className="t3">{line}</span>
  const by = message.by
  if (by === me) return <>{t('saidBy', { name: t('you'), text: message.text })}</>
  const first = people.of(by).name.split(' ')[0] ?? ''
  return (
    <>{room.kind === 'direct' ? message.text : t('saidBy', { name: first, text: message.text })}</>
  )
}

export const ListRow = memo(function ListRow(props: RowProps) {
  const { room, people, me, here, isOpen } = props
  const t = useRoomTexts()
  const mine = room.mine ?? nothing
  const { unread, mentions, muted } = mine
  const isNew = isTold(mine)
  return (
    <Link
      to="/chat/$room"
      params={{ room: room.id }}
      className="room-row"
      data-room={room.id}
      data-unread={isNew || undefined}
      aria-current={isOpen ? 'page' : undefined}
    >
      <RoomMark room={room} people={people} me={me} here={here} />
      <span className="tx">
        <span className="l1">
          <b className="el">{roomName(room, people, me)}</b>
          {muted !== 'nothing' && (
            <span className="t3" role="img" aria-label={t('muted')} title={t(`mute.${muted}`)}>
              <Icon of={BellOff} size="s" />
            </span>
          )}
          <span className="sp" />
          <time dateTime={room.active_at}>{shortTime(room.active_at)}</time>
        </span>
        <span className="l2">
          <span className="el">
            <Line {...props} />
          </span>
          <span className="sp" />
          {mentions > 0 && muted !== 'all' && (
            <span className="cnt at">
              <span aria-hidden="true">@</span>
              <span className="vh">{t('mentions', { count: mentions })}</span>
            </span>
          )}
          {unread > 0 && (
            <span className={isNew ? 'cnt' : 'cnt quiet'}>
              <span aria-hidden="true">{unread > 99 ? '99+' : unread}</span>
              <span className="vh">{t('unread', { count: unread })}</span>
            </span>
          )}
        </span>
      </span>
    </Link>
  )
})
