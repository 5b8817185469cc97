// What of a room is new to me. The list tells what came, `me` tells what I marked on any device; the
// later word wins.
import type { Mine, Room } from '@/wire/rooms'
import type { Mark } from './marks'
import type { RoomRow } from './model'

const MOST = 100

/** My side of a room as of now. */
export function mineOf(room: RoomRow, mark?: Mark, muted?: Mine['muted']): Mine | null {
  const { mine, heard, saidAt } = room
  if (!mine) return null
  const base = { ...mine, ...(muted ? { muted } : {}) }
  const came = heard.filter((each) => !each.gone)
  const names = (list: typeof came) => list.filter((each) => each.names).length
  if (room.marked) {
    const { read, unread } = room.marked
    return { ...base, read, unread, mentions: names(came.filter((each) => each.n > read)) }
  }
  // Where both name the same place the snapshot's count is as good, and never older.
  const isLater = mark && mark.read !== mine.read && (saidAt === null || mark.at > saidAt)
  const since = isLater ? came.filter((each) => each.at > mark.at) : came
  const from = isLater ? mark : mine
  return {
    ...base,
    read: from.read,
    unread: Math.min(MOST, from.unread + since.length),
    mentions: Math.min(MOST, from.mentions + names(since)),
  }
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

/** When something was last said. */
export const latestAt = (room: Room): string => room.message?.created_at ?? room.created_at
