// The centre's rows and number, and what a notification says and where it leads.
import { beforeEach, expect, test } from 'vitest'
import { setLocale } from '@/i18n'
import '@/live/tenant-model'
import './model'
import { modelOf } from '@/live/model'
import { Topic } from '@/live/topic'
import type { Notification } from '@/wire/work'
import type { Inbox } from './model'
import { olderMarked, together } from './panel'
import { keyBytes } from './push'
import { linkOf, notificationKinds, said } from './sentences'

const notice = (id: string, more: Partial<Notification> = {}): Notification => ({
  id,
  kind: 'assigned',
  at: `2026-11-21T09:0${id}:00.000Z`,
  read_at: null,
  customer_id: 'c1',
  customer_name: 'Işıl',
  d: {},
  ...more,
})

function opened(): Topic {
  const topic = new Topic('me', modelOf('me'))
  topic.subbed({ t: 'subbed', topic: 'me', epoch: 'e', seq: 1, mode: 'snapshot' })
  const d = { notifications: [notice('1'), notice('2')], unread: 5 }
  topic.snap({ t: 'snap', topic: 'me', epoch: 'e', seq: 1, part: 1, last: true, d })
  return topic
}
let seq = 1
const tell = (topic: Topic, op: string, d: object) => {
  const at = '2026-11-21T10:00:00.000Z'
  topic.ev({ t: 'ev', topic: 'me', seq: ++seq, at, by: null, op, d })
}
const unread = (topic: Topic) => topic.view.get<Inbox>('inbox', 'self')?.unread
const isRead = (topic: Topic, id: string) =>
  topic.view.get<Notification>('notifications', id)?.read_at !== null

beforeEach(() => {
  seq = 1
  setLocale('tr')
})

test('marks show at once and are those of the server in the end', () => {
  const topic = opened()
  topic.add({ id: 'x', topic: 'me', op: 'notification.read', d: { ids: ['1'] }, at: 0 })
  expect([unread(topic), isRead(topic, '1'), isRead(topic, '2')]).toEqual([4, true, false])
  topic.drop('x')
  expect([unread(topic), isRead(topic, '1')]).toEqual([5, false])
  tell(topic, 'notification.read', { ids: ['1'], read_at: '2026-11-21T10:00:00.000Z', unread: 4 })
  expect([unread(topic), isRead(topic, '1')]).toEqual([4, true])
  tell(topic, 'notification.unread', { ids: ['1'], unread: 5 })
  expect([unread(topic), isRead(topic, '1')]).toEqual([5, false])
})

test('all until a time: what came later stays unread', () => {
  const topic = opened()
  tell(topic, 'notification.added', { notification: notice('3'), unread: 6 })
  tell(topic, 'notification.read', { until: '2026-11-21T09:02:00.000Z', unread: 1 })
  expect(['1', '2', '3'].map((id) => isRead(topic, id))).toEqual([true, true, false])
  topic.add({ id: 'x', topic: 'me', op: 'notification.read', d: {}, at: 0 })
  expect([unread(topic), isRead(topic, '3')]).toEqual([0, true])
})

test('what a message says no more, its notice says no more; without the message there is none', () => {
  const topic = opened()
  const about = (id: string) => topic.view.get<Notification>('notifications', id)?.d.text
  const said = { kind: 'direct_message' as const, d: { room: 'r1', text: 'düzgün' } }
  tell(topic, 'notification.changed', { notification: notice('1', said), unread: 5 })
  expect([about('1'), unread(topic)]).toEqual(['düzgün', 5])
  tell(topic, 'notification.removed', { ids: ['1'], unread: 4 })
  expect([...topic.view.all<Notification>('notifications')].map(({ id }) => id)).toEqual(['2'])
  expect(unread(topic)).toBe(4)
  const pages = {
    pages: [{ items: [notice('1'), notice('2')], next_cursor: null }],
    pageParams: [],
  }
  const left = olderMarked(pages, { op: 'notification.removed', d: { ids: ['1'] }, at: '' })
  expect(left.pages[0]?.items.map(({ id }) => id)).toEqual(['2'])
})

test('what was read over HTTP and what was heard are one list', () => {
  const heard = notice('2', { read_at: '2026-11-21T10:00:00.000Z' })
  const all = together([notice('1'), notice('2')], [heard, notice('3')])
  expect(all.map(({ id }) => id)).toEqual(['3', '2', '1'])
  expect(all[1]?.read_at).not.toBeNull()
})

test('sentences in both languages, and links', () => {
  const name = (id: string) => ({ u1: 'Ayşe' })[id] ?? '?'
  const due = notice('1', { kind: 'reminder_due', d: { reminder: 'r1', text: 'Kredi sor' } })
  expect(said(due, name)).toMatchObject({ what: 'Hatırlatma', about: 'Işıl · Kredi sor' })
  const given = notice('1', { d: { by: 'u1', what: 'customer' } })
  expect(said(given, name).what).toBe('Size atandı · Ayşe')
  const bulk = notice('1', {
    kind: 'bulk_done',
    customer_id: null,
    customer_name: null,
    d: { done: 5000, failed: 3 },
  })
  setLocale('en')
  expect(said(bulk, name).about).toBe('5,000 records · 3 not done')
  expect(linkOf(due)).toBe('/customers/c1')
  expect(linkOf({ ...due, customer_id: null })).toBe('/today')
  expect(linkOf(notice('1', { kind: 'import_done', d: { import: 'i1' } }))).toBe(
    '/customers/imports/i1',
  )
  for (const kind of notificationKinds)
    expect(said(notice('1', { kind }), name).what).not.toContain('kind.')
})

test('the server’s key becomes bytes', () => {
  expect([...keyBytes('AQ-_')]).toEqual([1, 15, 191])
})

test('older ones that were read over HTTP are marked with the newest', () => {
  const pages = {
    pages: [{ items: [notice('1'), notice('2')], next_cursor: null }],
    pageParams: [null],
  }
  const at = '2026-11-21T10:00:00.000Z'
  const read = (data: typeof pages) => data.pages[0]?.items.map((each) => each.read_at !== null)
  const one = olderMarked(pages, { op: 'notification.read', d: { ids: ['2'] }, at })
  expect(read(one as typeof pages)).toEqual([false, true])
  const all = olderMarked(pages, { op: 'notification.read', d: { until: at }, at })
  expect(read(all as typeof pages)).toEqual([true, true])
  const back = olderMarked(all, { op: 'notification.unread', d: { ids: ['1'] }, at })
  expect(read(back as typeof pages)).toEqual([false, true])
  expect(olderMarked(pages, { op: 'reminder.added', d: {}, at })).toBe(pages)
})

test('a silent channel is named with its last word, and leads to its page', () => {
  const silent = notice('7', {
    kind: 'channel_silent',
    customer_id: null,
    customer_name: null,
    d: { channel: 'c7', name: 'Satış hattı', hours: 4, since: '2026-11-21T05:00:00.000Z' },
  })
  const { what, about } = said(silent, String)
  expect(what).toBe('Kanaldan ses gelmiyor')
  expect(about).toMatch(/^Satış hattı · son gelen: 21 Kas 2026 \d\d\.00$/)
  expect(linkOf(silent)).toBe('/settings/channels/c7')
  expect(linkOf({ ...silent, d: {} })).toBeUndefined()
})
