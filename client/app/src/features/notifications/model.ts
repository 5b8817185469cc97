// My notifications on `me`: the latest, how many are unread, and how I want to be told.
import { extendModel, type ModelPart } from '@/live/model'
import type { Writer } from '@/live/tables'
import type { Notification, NotificationSettings } from '@/wire/work'

export interface Inbox {
  unread: number
  settings: NotificationSettings | null
}
export const emptyInbox: Inbox = { unread: 0, settings: null }

const inbox = (to: Writer): Inbox => to.get<Inbox>('inbox', 'self') ?? emptyInbox
const setInbox = (to: Writer, change: Partial<Inbox>): void =>
  to.put('inbox', 'self', { ...inbox(to), ...change })

export interface Marked {
  ids?: string[] | null
  all?: boolean | null
  until?: string | null
}

/** Does this mark mean that notification? Without ids and without a limit it means all. */
const meant = (of: Notification, { ids, until }: Marked): boolean =>
  ids ? ids.includes(of.id) : until ? of.at <= until || of.id === until : true

/** The same one where the mark changes nothing of it. */
export const readAt = (of: Notification, marked: Marked, at: string | null): Notification =>
  !meant(of, marked) || (of.read_at === null) === (at === null) ? of : { ...of, read_at: at }

function mark(to: Writer, marked: Marked, at: string | null): number {
  let changed = 0
  for (const each of [...to.all<Notification>('notifications')]) {
    const next = readAt(each, marked, at)
    if (next === each) continue
    to.put('notifications', each.id, next)
    changed++
  }
  return changed
}

const part: ModelPart = {
  snapshot(
    to,
    d: { notifications?: Notification[]; unread?: number; settings?: NotificationSettings },
  ) {
    for (const each of d.notifications ?? []) to.put('notifications', each.id, each)
    if (d.unread !== undefined) setInbox(to, { unread: d.unread })
    if (d.settings) setInbox(to, { settings: d.settings })
  },
  event(to, { op, d, at }) {
    if (!op.startsWith('notification.')) return
    const body = d as Marked & {
      notification?: Notification
      unread?: number
      settings?: NotificationSettings
      read_at?: string
    }
    if (body.notification) to.put('notifications', body.notification.id, body.notification)
    if (op === 'notification.read') mark(to, body, body.read_at ?? at)
    if (op === 'notification.unread') mark(to, body, null)
    if (op === 'notification.removed')
      for (const id of body.ids ?? []) to.remove('notifications', id)
    if (body.settings) setInbox(to, { settings: body.settings })
    if (typeof body.unread === 'number') setInbox(to, { unread: body.unread })
  },
  predict(to, { op, d, at }) {
    if (op === 'notification.read') {
      const changed = mark(to, d as Marked, new Date(at).toISOString())
      const { ids, until } = d as Marked
      // Older ones than those that are here may be unread too.
      setInbox(to, { unread: ids || until ? Math.max(0, inbox(to).unread - changed) : 0 })
    } else if (op === 'notification.unread') {
      setInbox(to, { unread: inbox(to).unread + mark(to, d as Marked, null) })
    } else if (op === 'notification.set') {
      setInbox(to, { settings: d.settings as NotificationSettings })
    }
  },
}

extendModel('me', part)
