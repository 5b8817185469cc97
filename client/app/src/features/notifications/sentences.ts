// A notification as people read it, and where it leads.
import type { LucideIcon } from 'lucide-react'
import {
  AtSign,
  Bell,
  BellRing,
  CalendarClock,
  CalendarDays,
  CalendarX,
  FileCheck,
  Layers,
  ListChecks,
  MessageCircle,
  Unplug,
  UserPlus,
  UserRound,
  UserX,
  Workflow,
} from 'lucide-react'
import { dateTime } from '@/i18n/format'
import type { Notification } from '@/wire/work'
import { notificationTexts as t } from './texts'

/** In the order of the settings. */
export const notificationKinds = [
  'assigned',
  'mentioned',
  'direct_message',
  'reminder_due',
  'activity_assigned',
  'appointment_soon',
  'appointment_booked',
  'appointment_changed',
  'no_show',
  'lead_received',
  'rule',
  'bulk_done',
  'import_done',
  'webhook_off',
  'channel_silent',
  'offboarded',
] as const
export type NotificationKind = (typeof notificationKinds)[number]

const icons: Record<NotificationKind, LucideIcon> = {
  assigned: UserRound,
  mentioned: AtSign,
  direct_message: MessageCircle,
  reminder_due: BellRing,
  activity_assigned: ListChecks,
  appointment_soon: CalendarClock,
  appointment_booked: CalendarDays,
  appointment_changed: CalendarClock,
  no_show: CalendarX,
  lead_received: UserPlus,
  rule: Workflow,
  bulk_done: Layers,
  import_done: FileCheck,
  webhook_off: Unplug,
  channel_silent: Unplug,
  offboarded: UserX,
}

const known = (kind: string): NotificationKind | undefined =>
  notificationKinds.find((each) => each === kind)

export const kindName = (kind: string): string => {
  const found = known(kind)
  return found ? t(`kind.${found}`) : t('kind.other')
}

export interface Said {
  icon: LucideIcon
  /** What happened. */
  what: string
  /** Whom it is about, and the words that came with it. */
  about: string
}

const text = (value: unknown): string => (typeof value === 'string' ? value.trim() : '')
const count = (value: unknown): number | undefined =>
  typeof value === 'number' && value >= 0 ? value : undefined
const data = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

/** How many records it was about. */
function doneOf(d: Record<string, unknown>): number | undefined {
  const created = count(d.created)
  if (created !== undefined) return created + (count(d.matched) ?? 0)
  return count(d.count) ?? count(d.changed) ?? count(d.done) ?? count(d.customers)
}

/** The first of these that says something. */
const words = ['text', 'title', 'name', 'need', 'note', 'file_name'] as const
const detailOf = (d: Record<string, unknown>): string =>
  words.map((word) => text(d[word])).find(Boolean) ?? ''

export function said(of: Notification, nameOf: (user: string) => string): Said {
  const { d } = of
  const kind = known(of.kind)
  const nested = data(d.appointment ?? d.reminder ?? d.activity)
  const at = text(d.starts_at) || text(nested.starts_at) || text(d.due_at) || text(nested.due_at)
  const by = text(d.by)
  const done = doneOf(d)
  const failed = Array.isArray(d.failed) ? d.failed.length : count(d.failed)
  const name = by && by !== 'system' && !by.includes(':') ? nameOf(by) : ''
  const isReminder = of.kind === 'assigned' && d.what === 'reminder'
  const isOutcome = of.kind === 'rule' && d.what === 'activity'
  const what = isReminder ? t('reminderGiven') : isOutcome ? t('outcomeGiven') : kindName(of.kind)
  const detail = detailOf(d) || detailOf(nested)
  const customer = of.customer_name ?? text(nested.customer_name)
  return {
    icon: kind ? icons[kind] : Bell,
    what: name ? t('by', { what, name }) : what,
    about: [
      // A rule's text may begin with the name.
      customer && detail.startsWith(customer) ? '' : customer,
      text(d.room_name),
      detail,
      at && dateTime(new Date(at)),
      kind === 'channel_silent' &&
        text(d.since) &&
        t('since', { when: dateTime(new Date(text(d.since))) }),
      done === undefined ? '' : t('count', { count: done }),
      failed ? t('failed', { count: failed }) : '',
    ]
      .filter(Boolean)
      .join(' · '),
  }
}

/** The address it leads to; undefined where there is nothing to open. */
export function linkOf({ kind, customer_id, d }: Notification): string | undefined {
  if (text(d.room)) return `/chat/${text(d.room)}?at=${count(d.n) ?? ''}`
  if (text(d.appointment_id)) return `/agenda?appointment=${text(d.appointment_id)}`
  if (kind === 'import_done' && text(d.import)) return `/customers/imports/${text(d.import)}`
  if (kind === 'bulk_done' && text(d.bulk)) return `/customers/bulk/${text(d.bulk)}`
  if (customer_id) return `/customers/${customer_id}`
  if (kind === 'reminder_due' || kind === 'activity_assigned') return '/today'
  if (kind === 'offboarded') return '/people'
  if (kind === 'webhook_off' && text(d.webhook)) return `/settings/webhooks/${text(d.webhook)}`
  if (kind === 'channel_silent' && text(d.channel)) return `/settings/channels/${text(d.channel)}`
  if (kind === 'import_done' || kind === 'bulk_done') return '/customers'
  return undefined
}
