// Times people choose, groups of a list, and a reminder before the server has answered.
import { expect, test } from 'vitest'
import { setTimeZone } from '@/i18n/format'
import { dayAt, fromWall, toWall } from '@/i18n/local-time'
import '@/live/tenant-model'
import './model'
import { modelOf } from '@/live/model'
import { Topic } from '@/live/topic'
import type { Reminder } from '@/wire/work'
import { countDue, dueGroup, quickTimes } from './times'

setTimeZone('Europe/Istanbul')
const now = new Date('2026-11-21T09:02:00Z') // 12.02 in Istanbul

test('a wall clock of the tenant’s zone goes there and back', () => {
  expect(toWall(now)).toBe('2026-11-21T12:02')
  expect(fromWall('2026-11-21T12:02')).toEqual(now)
  expect(fromWall('2026-11-21')?.toISOString()).toBe('2026-11-20T21:00:00.000Z')
  expect(fromWall('yarın')).toBeUndefined()
  setTimeZone('Europe/Berlin')
  // The clock is put back on 25 October: the same wall time a day later is 25 hours on.
  const before = new Date('2026-10-24T08:00:00Z')
  expect(dayAt(before, 1, 10).getTime() - before.getTime()).toBe(25 * 3_600_000)
  for (const text of ['2026-03-29T03:30', '2026-07-01T00:00', '2026-12-31T23:59'])
    expect(toWall(fromWall(text) as Date)).toBe(text)
  setTimeZone('Europe/Istanbul')
})

test('quick times lie ahead and are round', () => {
  const times = Object.fromEntries(quickTimes(now).map(({ id, at }) => [id, toWall(at)]))
  expect(times).toEqual({
    minutes10: '2026-11-21T12:15',
    hour: '2026-11-21T13:05',
    evening: '2026-11-21T17:00',
    tomorrow: '2026-11-22T09:30',
    days3: '2026-11-24T09:30',
    week: '2026-11-28T12:00',
  })
  const late = quickTimes(new Date('2026-11-21T13:30:00Z'))
  expect(late.map(({ id }) => id)).not.toContain('evening')
})

test('late, today and later, by the tenant’s midnight', () => {
  expect(dueGroup('2026-11-21T09:01:59Z', now)).toBe('overdue')
  expect(dueGroup('2026-11-21T20:59:00Z', now)).toBe('today')
  expect(dueGroup('2026-11-21T21:00:00Z', now)).toBe('next')
  const dues = ['2026-11-20T09:00:00Z', '2026-11-21T10:00:00Z', '2026-11-25T10:00:00Z']
  expect(countDue(dues, now)).toEqual({ overdue: 1, today: 1 })
})

const reminder = {
  id: 'r1',
  customer_id: 'c1',
  assignee: 'u1',
  kind: 'call',
  text: 'Ara',
  due_at: '2026-11-21T10:00:00.000Z',
  state: 'open',
  snoozed: 0,
  version: 1,
} as Reminder

function mine(): Topic {
  const topic = new Topic('me', modelOf('me'))
  topic.subbed({ t: 'subbed', topic: 'me', epoch: 'e', seq: 1, mode: 'snapshot' })
  const first = { user: { id: 'u1' }, permissions: [], visibility: 'all' }
  topic.snap({ t: 'snap', topic: 'me', epoch: 'e', seq: 1, part: 1, last: false, d: first })
  const rest = { reminders: [reminder] }
  topic.snap({ t: 'snap', topic: 'me', epoch: 'e', seq: 1, part: 2, last: true, d: rest })
  return topic
}
const rowOf = (topic: Topic, id: string) => topic.view.get<Reminder>('reminders', id)

test('a command on the customer shows on my own list', () => {
  const topic = mine()
  const until = '2026-11-22T06:30:00.000Z'
  const d = { reminder: 'r1', until }
  topic.add({ id: 'x', topic: 'customer:c1', op: 'reminder.snooze', d, at: 0 })
  expect(rowOf(topic, 'r1')).toMatchObject({ due_at: until, snoozed: 1 })
  topic.drop('x')
  expect(rowOf(topic, 'r1')?.due_at).toBe(reminder.due_at)
  topic.add({ id: 'y', topic: 'customer:c1', op: 'reminder.done', d, at: 0 })
  expect(rowOf(topic, 'r1')?.state).toBe('done')
})

test('what I give to somebody else is not put on my list', () => {
  const topic = mine()
  const d = { text: 'Ara', due_at: reminder.due_at, assignee: 'u2' }
  topic.add({ id: 'x', topic: 'customer:c1', op: 'reminder.add', d, at: 0 })
  expect(rowOf(topic, 'x')).toBeUndefined()
  topic.add({ id: 'y', topic: 'me', op: 'reminder.add', d: { ...d, assignee: 'u1' }, at: 0 })
  expect(rowOf(topic, 'y')).toMatchObject({ assignee: 'u1', customer_id: null, version: 0 })
})
