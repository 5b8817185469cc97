// What comes next for a customer, and who wrote the value that another one is in the way of.
import { expect, test } from 'vitest'
import { setLocale } from '@/i18n'
import { setTimeZone } from '@/i18n/format'
import type { TimelineItem } from '@/wire/records'
import type { Activity, CustomerAppointment, Reminder } from '@/wire/work'
import { startOf } from './appointments'
import { lastWriter } from './live'
import { nextOf } from './next'
import type { CustomerWork } from './work'

const now = Date.parse('2026-11-21T09:00:00Z')
const work = (more: Partial<CustomerWork>): CustomerWork => ({
  open: [],
  closed: [],
  reminders: [],
  past: [],
  appointments: [],
  ...more,
})

test('what is due first comes next; a cancelled appointment does not', () => {
  const activity = { due_at: '2026-11-22T09:00:00Z' } as Activity
  const undated = { due_at: null } as Activity
  const reminder = { due_at: '2026-11-21T12:00:00Z' } as Reminder
  const appointment = (state: CustomerAppointment['state']) =>
    ({
      state,
      starts_at: '2026-11-21T10:00:00Z',
      ends_at: '2026-11-21T11:00:00Z',
    }) as CustomerAppointment
  expect(nextOf(work({}), now)).toBeUndefined()
  expect(nextOf(work({ open: [undated] }), now)).toBeUndefined()
  expect(nextOf(work({ open: [activity], reminders: [reminder] }), now)?.what).toBe('reminder')
  const all = { open: [activity], reminders: [reminder] }
  expect(nextOf(work({ ...all, appointments: [appointment('booked')] }), now)?.what).toBe(
    'appointment',
  )
  expect(nextOf(work({ ...all, appointments: [appointment('cancelled')] }), now)?.what).toBe(
    'reminder',
  )
})

test('the last writer of a field is named, own fields too', () => {
  const item = (seq: number, by: string, changed: string[]): TimelineItem => ({
    topic: 'customer:c1',
    seq,
    at: '',
    by,
    op: 'customer.updated',
    d: { changed },
  })
  const events = [
    item(1, 'u1', ['company']),
    item(3, 'u3', ['name']),
    item(2, 'u2', ['company', 'custom:oda']),
  ]
  expect(lastWriter(events, 'company')).toBe('u2')
  expect(lastWriter(events, 'custom:oda')).toBe('u2')
  expect(lastWriter(events, 'quality')).toBeUndefined()
})

test('an appointment says when it begins, however far away it is', () => {
  setLocale('tr')
  setTimeZone('Europe/Istanbul')
  const at = (text: string) => startOf(new Date(text), new Date(now))
  expect(at('2026-11-21T10:00:00Z')).toBe('Bugün 13.00')
  expect(at('2026-11-26T07:00:00Z')).toBe('Per 10.00')
  expect(at('2031-03-03T07:00:00Z')).toMatch(/3 Mar 2031 10[.:]00/)
  // It began, and nobody is late.
  expect(at('2026-11-21T08:00:00Z')).toMatch(/21 Kas 2026 11[.:]00/)
})
