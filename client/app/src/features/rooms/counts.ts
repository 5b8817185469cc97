// What of a room is new to me. The list tells what came and was changed, `me` tells what I marked on
// any device; the word that counted more of the room wins, and what was heard since is added to it.
import type { Mine } from '@/wire/rooms'
import type { Mark } from './marks'
import type { Heard, RoomRow } from './model'

const MOST = 100

/** My side of a room as of now. */
export function mineOf(room: RoomRow, mark?: Mark, muted?: Mine['muted']): Mine | null {
  const { mine, heard, asOf } = room
  if (!mine) return null
  const base = { ...mine, ...(muted ? { muted } : {}) }
  if (room.marked) {
    const { read, unread } = room.marked
    return { ...base, read, unread, mentions: counted(0, 'names', heard, read) }
  }
  const isMarked = mark && mark.last >= asOf && !isBefore(mark.at, room.joinedAt)
  const from = isMarked ? mark : mine
  const since = isMarked
    ? heard.filter(({ isNew, n, at }) => (isNew ? n > mark.last : isBefore(mark.at, at)))
    : heard
  return {
    ...base,
    read: from.read,
    unread: counted(from.unread, 'unread', since, from.read),
    mentions: counted(from.mentions, 'names', since, from.read),
  }
}

const isBefore = (at: string, other: string | null): boolean =>
  other !== null && Date.parse(at) < Date.parse(other)

function counted(
  from: number,
  what: 'unread' | 'names',
  heard: readonly Heard[],
  read: number,
): number {
  const sum = heard.reduce((all, each) => (each.n > read ? all + each[what] : all), from)
  return Math.max(0, Math.min(MOST, sum))
}

/** Is there something to tell of this room? */
export function isTold({
  unread,
  mentions,
  muted,
}: Pick<Mine, 'unread' | 'mentions' | 'muted'>): boolean {
  if (muted === 'all') return false
  return muted === 'unmentioned' ? mentions > 0 : unread > 0
}
