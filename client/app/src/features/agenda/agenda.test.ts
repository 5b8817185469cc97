import fc from 'fast-check'
import { beforeEach, expect, test } from 'vitest'
import { setTimeZone } from '@/i18n/format'
import type { PendingCommand } from '@/live/model'
import { Topic } from '@/live/topic'
import type { Appointment, Hours } from '@/wire/agenda'
import type { Ev } from '@/wire/frames'
import { addMonths, atMinute, dayOf, daysOf, minuteOf, stepped, stretchOf } from './days'
import { drawn } from './drag'
import { gaps, openOn, pack, shifted, spanOn } from './layout'
import { AGENDA, agendaModel, remember, type Said } from './model'
import { onDay } from './month-move'
import { byDay, hiddenOn, together } from './range'
import { noRepeat, placeInMonth, repeatOf, repeatProblem } from './repeat'
import { agendaSearch } from './search'
import { changedDay, isSound, withBreak } from './setup/week'

beforeEach(() => setTimeZone('Europe/Istanbul'))

const appointment = (change: Partial<Appointment> = {}): Appointment => ({
  id: 'a1',
  customer_id: null,
  customer_name: null,
  card_id: null,
  title: 'Gezi',
  service_id: null,
  starts_at: '2026-11-23T07:00:00.000Z',
  ends_at: '2026-11-23T08:00:00.000Z',
  people: ['u1'],
  resources: [],
  place: null,
  note: null,
  state: 'booked',
  reason: null,
  series_id: null,
  guest: null,
  source: 'staff',
  version: 1,
  created_by: 'u1',
  created_at: '2026-11-20T07:00:00.000Z',
  ...change,
})

test('days are those of the wall, also where the clock changes', () => {
  expect(dayOf(new Date('2026-11-20T21:30:00Z'))).toBe('2026-11-21')
  expect(minuteOf(new Date('2026-11-20T21:30:00Z'))).toBe(30)
  expect(atMinute('2026-11-21', 1440).toISOString()).toBe('2026-11-21T21:00:00.000Z')
  setTimeZone('Europe/Berlin')
  // Two o'clock does not exist that night; ten is ten on both sides.
  expect(atMinute('2026-03-28', 600).toISOString()).toBe('2026-03-28T09:00:00.000Z')
  expect(atMinute('2026-03-29', 600).toISOString()).toBe('2026-03-29T08:00:00.000Z')
})

test('a view shows whole weeks and steps by its own length', () => {
  expect(stretchOf('week', '2026-11-21')).toEqual({ from: '2026-11-16', days: 7 })
  expect(stretchOf('month', '2026-11-21')).toEqual({ from: '2026-10-26', days: 42 })
  expect(daysOf(stretchOf('month', '2027-02-10'))).toHaveLength(28)
  expect(stepped('month', '2026-01-31', 1)).toBe('2026-02-28')
  expect(stepped('week', '2026-11-21', -1)).toBe('2026-11-14')
  expect(addMonths('2026-11-30', 3)).toBe('2027-02-28')
})

test('a time over midnight stands on both days', () => {
  const starts = atMinute('2026-11-21', 23 * 60)
  const ends = atMinute('2026-11-22', 90)
  expect(spanOn('2026-11-21', starts, ends)).toEqual({ from: 1380, to: 1440 })
  expect(spanOn('2026-11-22', starts, ends)).toEqual({ from: 0, to: 90 })
  expect(spanOn('2026-11-23', starts, ends)).toBeUndefined()
  expect(spanOn('2026-11-22', starts, atMinute('2026-11-22', 0))).toBeUndefined()
})

test('what overlaps never shares a lane, and lanes are as few as need be', () => {
  const spans = fc.array(
    fc.tuple(fc.integer({ min: 0, max: 1400 }), fc.integer({ min: 20, max: 240 })),
    { maxLength: 40 },
  )
  fc.assert(
    fc.property(spans, (all) => {
      const laid = pack(all.map(([from, length], of) => ({ from, to: from + length, of })))
      expect(laid).toHaveLength(all.length)
      for (const one of laid) {
        expect(one.lane).toBeLessThan(one.lanes)
        for (const other of laid) {
          if (one.of === other.of || one.from >= other.to || other.from >= one.to) continue
          expect(one.lane).not.toBe(other.lane)
          expect(one.lanes).toBe(other.lanes)
        }
      }
    }),
  )
  expect(
    pack([
      { from: 0, to: 60, of: 1 },
      { from: 60, to: 90, of: 2 },
    ]).map((x) => x.lanes),
  ).toEqual([1, 1])
})

const house: Hours = {
  of: 'tenant',
  week: [
    [
      { from: '09:00', to: '12:30' },
      { from: '13:30', to: '18:00' },
    ],
    [],
    [],
    [],
    [],
    [],
    [],
  ],
}

test('hours: own before the house, half a holiday, a room without hours', () => {
  const monday = '2026-11-23'
  expect(openOn(monday, 'user:1', [house])).toHaveLength(2)
  expect(openOn(monday, 'user:1', [house], { half_day: true })).toEqual([{ from: 540, to: 750 }])
  expect(openOn(monday, 'user:1', [house], { half_day: false })).toEqual([])
  expect(openOn(monday, 'resource:1', [house], { half_day: false })).toEqual([
    { from: 0, to: 1440 },
  ])
  expect(gaps(openOn(monday, 'tenant', [house]))).toEqual([
    { from: 0, to: 540 },
    { from: 750, to: 810 },
    { from: 1080, to: 1440 },
  ])
})

test('drawing snaps outward, carrying keeps the length, an edge keeps a mark of length', () => {
  const span = { from: 600, to: 660 }
  expect(drawn({ kind: 'create', at: 608, span }, 641, 15)).toEqual({ from: 600, to: 645 })
  expect(drawn({ kind: 'create', at: 641, span }, 608, 15)).toEqual({ from: 600, to: 645 })
  expect(drawn({ kind: 'move', at: 630, span }, 700, 15)).toEqual({ from: 675, to: 735 })
  expect(drawn({ kind: 'end', at: 660, span }, 100, 15)).toEqual({ from: 600, to: 615 })
  expect(drawn({ kind: 'start', at: 600, span }, 900, 15)).toEqual({ from: 645, to: 660 })
  expect(shifted(span, -900)).toEqual({ from: 0, to: 60 })
})

const topicWith = () => {
  const topic = new Topic(AGENDA, agendaModel)
  topic.subbed({ t: 'subbed', topic: AGENDA, epoch: 'e', seq: 4, mode: 'snapshot' })
  topic.snap({ t: 'snap', topic: AGENDA, epoch: 'e', seq: 4, part: 1, last: true, d: {} })
  return topic
}
/** What the topic hears next. */
const told = (by: string, op: string, of: Appointment, cmd?: string): Ev => ({
  t: 'ev',
  topic: AGENDA,
  seq: 5,
  at: '',
  by,
  op,
  d: { appointment: of },
  ...(cmd ? { cmd } : {}),
})
const said = (topic: Topic): Said[] => [...topic.view.all<Said>('said')]
const command = (op: string, d: Record<string, unknown>): PendingCommand => ({
  id: 'c1',
  topic: AGENDA,
  op,
  d,
  at: 0,
})
const window = { from: new Date('2026-11-22T21:00:00Z'), to: new Date('2026-11-23T21:00:00Z') }
const mine = { people: ['u1'], resources: [] }

test('a move is shown at once on what was only read, and goes back when it is refused', () => {
  const topic = topicWith()
  const read = appointment({ state: 'confirmed' })
  remember([read])
  const range = { items: [read], seq: 4 }
  topic.add(
    command('appointment.move', { appointment: 'a1', starts_at: '2026-11-23T10:00:00.000Z' }),
  )
  const [moved] = together(range, said(topic), window, mine, false)
  expect(moved?.starts.toISOString()).toBe('2026-11-23T10:00:00.000Z')
  expect(moved?.ends.toISOString()).toBe('2026-11-23T11:00:00.000Z')
  expect(moved?.of?.state).toBe('booked')
  topic.drop('c1')
  const [back] = together(range, said(topic), window, mine, false)
  expect(back?.starts.toISOString()).toBe(read.starts_at)
  expect(back?.of?.state).toBe('confirmed')
})

test('while a change waits for its answer, the last word is still whose it was', () => {
  const topic = topicWith()
  const of = appointment({ version: 2 })
  topic.ev(told('u1', 'appointment.moved', of))
  topic.add(command('appointment.move', { appointment: 'a1', starts_at: of.starts_at }))
  expect(said(topic)).toMatchObject([{ by: 'u1', pending: true }])
})

test('what an event says wins over what was read before it, and not over what was read after', () => {
  const topic = topicWith()
  const gone = appointment({
    starts_at: '2026-11-24T07:00:00.000Z',
    ends_at: '2026-11-24T08:00:00.000Z',
    version: 2,
  })
  topic.ev(told('u2', 'appointment.moved', gone))
  expect(together({ items: [appointment()], seq: 4 }, said(topic), window, mine, false)).toEqual([])
  const fresh = appointment({ version: 3 })
  expect(together({ items: [fresh], seq: 6 }, said(topic), window, mine, false)).toHaveLength(1)
})

test("cancelled ones leave unless they are asked for; others' are not mine", () => {
  const topic = topicWith()
  const of = appointment({ state: 'cancelled', version: 2 })
  topic.ev(told('u2', 'appointment.cancelled', of))
  const range = { items: [appointment()], seq: 4 }
  expect(together(range, said(topic), window, mine, false)).toEqual([])
  expect(together(range, said(topic), window, mine, true)).toHaveLength(1)
  expect(together(range, said(topic), window, { people: ['u9'], resources: [] }, true)).toEqual([])
})

test('a new one stands there before the server has answered', () => {
  const topic = topicWith()
  topic.add(
    command('appointment.book', {
      title: 'Gezi',
      starts_at: '2026-11-23T10:00:00.000Z',
      ends_at: '2026-11-23T11:00:00.000Z',
      people: ['u1'],
    }),
  )
  const [entry] = together({ items: [], seq: 4 }, said(topic), window, mine, false)
  expect(entry?.pending).toBe(true)
  const made = appointment({ id: 'real', starts_at: '2026-11-23T10:00:00.000Z' })
  topic.ev(told('u1', 'appointment.booked', made, 'c1'))
  expect(
    together({ items: [], seq: 4 }, said(topic), window, mine, false).map((x) => x.key),
  ).toEqual(['real'])
})

test('repetition is written as the rule that people mean', () => {
  const start = '2026-11-24'
  const end = (day: string) => new Date(`${day}T20:59:59Z`)
  const of = (change: object) => repeatOf({ ...noRepeat(start), ...change }, start, end)
  expect(of({})).toBeUndefined()
  expect(of({ pace: 'week' })).toEqual({ rrule: 'FREQ=WEEKLY;BYDAY=TU', count: 8 })
  expect(of({ pace: 'weeks2', days: [3], skip: true })).toEqual({
    rrule: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH',
    count: 8,
    skip: true,
  })
  expect(of({ pace: 'monthday', ends: 'until', until: '2027-01-31' })).toEqual({
    rrule: 'FREQ=MONTHLY;BYDAY=-1TU',
    until: '2027-01-31T20:59:59.000Z',
  })
  expect(placeInMonth('2026-11-10')).toBe(2)
  expect(repeatProblem({ ...noRepeat(start), pace: 'day', count: '101' }, start)).toBe('count')
  expect(
    repeatProblem({ ...noRepeat(start), pace: 'day', ends: 'until', until: start }, start),
  ).toBe('until')
})

test('the address keeps what makes sense and drops the rest', () => {
  expect(
    agendaSearch({
      view: 'week',
      day: '2026-11-21',
      people: 'aaaaaaaa-1,<x>',
      cancelled: true,
      x: 1,
    }),
  ).toEqual({ view: 'week', day: '2026-11-21', people: 'aaaaaaaa-1', cancelled: true })
  expect(agendaSearch({ view: 'year', day: 'soon', team: 'all' })).toEqual({ team: 'all' })
})

test('a week of hours: breaks are cut out, what overlaps is not sound', () => {
  expect(withBreak([{ from: '09:00', to: '18:00' }])).toEqual([
    { from: '09:00', to: '13:00' },
    { from: '14:00', to: '18:00' },
  ])
  expect(
    isSound([
      { from: '09:00', to: '12:00' },
      { from: '11:00', to: '13:00' },
    ]),
  ).toBe(false)
  expect(isSound([{ from: '09:00', to: '24:00' }])).toBe(true)
  expect(changedDay([[], []], 1, [{ from: '09:00', to: '10:00' }])[1]).toHaveLength(1)
})

test('of a full day the rest is a number', () => {
  const items = [appointment(), appointment({ id: 'a2' })]
  const range = {
    items,
    days: [
      { date: '2026-11-23', count: 14 },
      { date: '2026-11-24', count: 3 },
    ],
  }
  expect([...byDay(together({ items, seq: 4 }, [], window, mine, false)).keys()]).toEqual([
    '2026-11-23',
  ])
  expect([...hiddenOn(range)]).toEqual([
    ['2026-11-23', 12],
    ['2026-11-24', 3],
  ])
  expect(hiddenOn({ items, days: [] }).size).toBe(0)
  expect(hiddenOn({ items, days: [{ date: '2026-11-23', count: 2 }] }).size).toBe(0)
})

test('on another day of the month it keeps its hour and its length, whatever the clocks do', () => {
  setTimeZone('Europe/Berlin')
  const entry = {
    key: 'a1',
    starts: new Date('2026-10-24T08:00:00Z'),
    ends: new Date('2026-10-24T09:30:00Z'),
    people: [],
    resources: [],
  }
  const { starts, ends } = onDay(entry, '2026-10-26')
  expect(starts.toISOString()).toBe('2026-10-26T09:00:00.000Z')
  expect(ends.toISOString()).toBe('2026-10-26T10:30:00.000Z')
})
