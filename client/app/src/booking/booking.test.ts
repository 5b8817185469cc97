// Days on another clock than the device's, answers that end in the middle of a day, and the
// addresses for the reader's calendar.
import { expect, test, vi } from 'vitest'
import { type Appointment, calendarFileOf, keys, type Slot } from './api'
import { headline, hindrance } from './appointment'
import { googleAddress } from './calendar'
import { firstUnknown, known, merged, nearest, nextFree } from './days'
import { problemsOf } from './details'
import { localeOf } from './locale'
import { catalogs } from './texts'
import {
  beginOf,
  clock,
  dayOf,
  daysFrom,
  differs,
  longDay,
  offsetAt,
  partOf,
  plusDays,
  price,
  zoneName,
} from './times'

const slot = (starts_at: string): Slot => ({ starts_at, ends_at: starts_at, people: [] })
const istanbul = 'Europe/Istanbul'

test('a day begins on the clock of the business', () => {
  expect(beginOf('2026-11-26', istanbul).toISOString()).toBe('2026-11-25T21:00:00.000Z')
  // The night in which Berlin's clock goes back, and the one in which it goes on.
  expect(beginOf('2026-10-25', 'Europe/Berlin').toISOString()).toBe('2026-10-24T22:00:00.000Z')
  expect(beginOf('2026-10-26', 'Europe/Berlin').toISOString()).toBe('2026-10-25T23:00:00.000Z')
  expect(beginOf('2026-03-30', 'Europe/Berlin').toISOString()).toBe('2026-03-29T22:00:00.000Z')
  expect(dayOf(new Date('2026-11-25T22:30:00Z'), istanbul)).toBe('2026-11-26')
  expect(plusDays('2026-12-31', 1)).toBe('2027-01-01')
  expect(daysFrom('2026-11-26', '2026-12-03')).toBe(7)
})

test('times and zones as they are written', () => {
  const at = new Date('2026-11-26T11:30:00Z')
  expect(clock(at, istanbul, 'tr')).toBe('14.30')
  expect(clock(at, istanbul, 'en')).toBe('14:30')
  expect(longDay(at, istanbul, 'tr', new Date('2026-11-21'))).toBe('26 Kasım Perşembe')
  expect(partOf(at, istanbul)).toBe('afternoon')
  expect(offsetAt(at, 'Asia/Kolkata')).toBe(330)
  expect(zoneName(istanbul, at, 'tr')).toBe('İstanbul (GMT+3)')
  expect(zoneName('Asia/Kolkata', at, 'en')).toBe('Kolkata (GMT+5:30)')
  expect(zoneName('America/New_York', at, 'en')).toBe('New York (GMT−5)')
  expect(differs(at, istanbul, 'Asia/Riyadh')).toBe(false)
  expect(differs(at, istanbul, 'Europe/Berlin')).toBe(true)
  expect(price({ minor: 125_000, currency: 'TRY' }, 'tr')).toBe('₺1.250')
})

test('a day without times is full, a day nobody asked about is not known', () => {
  const days = known([slot('2026-11-27T09:00:00Z')], '2026-11-26', 3, istanbul)
  expect([...days].map(([day, slots]) => [day, slots.length])).toEqual([
    ['2026-11-26', 0],
    ['2026-11-27', 1],
    ['2026-11-28', 0],
  ])
  expect(nextFree(days, '2026-11-26', '2026-12-10')).toEqual({ free: '2026-11-27' })
  expect(nextFree(days, '2026-11-28', '2026-12-10')).toEqual({ unknown: '2026-11-29' })
  expect(nextFree(days, '2026-11-28', '2026-11-28')).toEqual({})
  expect(firstUnknown(days, '2026-11-26', '2026-11-28')).toBeUndefined()
  const more = merged(days, known([], '2026-11-27', 1, istanbul))
  expect(more.get('2026-11-27')).toEqual([])
})

test('an answer that is full to the brim ends in a day that is asked for again', () => {
  const many = Array.from({ length: 500 }, (_, n) =>
    slot(new Date(Date.parse('2026-11-26T06:00:00Z') + n * 300_000).toISOString()),
  )
  const days = known(many, '2026-11-26', 14, istanbul)
  expect([...days.keys()]).toEqual(['2026-11-26', '2026-11-27'])
  // A single day is whole, whatever its number.
  expect([...known(many, '2026-11-27', 1, istanbul).keys()]).toEqual(['2026-11-27'])
})

test('the nearest times stand in their order', () => {
  const days = known(
    ['06:00', '08:00', '09:00', '12:00'].map((at) => slot(`2026-11-26T${at}:00Z`)),
    '2026-11-26',
    1,
    istanbul,
  )
  const near = nearest(days, '2026-11-26T08:30:00Z', 3).map(({ starts_at }) =>
    starts_at.slice(11, 16),
  )
  expect(near).toEqual(['06:00', '08:00', '09:00'])
})

const appointment = (change: Partial<Appointment> = {}): Appointment => ({
  tenant: { name: 'Zeytin; Emlak', slug: 'zeytin', locale: 'tr', time_zone: istanbul },
  service_id: null,
  title: 'Örnek daire gezisi, uzun uzun anlatılmış bir adla ve bir hayli başka sözcükle birlikte',
  people: [],
  starts_at: '2026-11-26T11:30:00.000Z',
  ends_at: '2026-11-26T12:30:00.000Z',
  place: 'Vadi Cad. 12\nÇankaya',
  name: 'Işıl',
  state: 'booked',
  changeable: true,
  changeable_until: '2026-11-26T09:30:00.000Z',
  ...change,
})

test('into the calendars of others', () => {
  expect(calendarFileOf('a-_9')).toBe('/api/v1/public/appointments/a-_9.ics')
  const address = googleAddress(appointment())
  expect(address).toContain('dates=20261126T113000Z%2F20261126T123000Z')
  expect(new URL(address).searchParams.get('location')).toBe('Vadi Cad. 12\nÇankaya')
})

test('what the page of a link says', () => {
  const before = Date.parse('2026-11-25T00:00:00Z')
  const late = Date.parse('2026-11-26T10:00:00Z')
  const after = Date.parse('2026-11-27T00:00:00Z')
  expect(headline(appointment(), before)).toBe('stateBooked')
  expect(headline(appointment({ state: 'confirmed' }), after)).toBe('statePast')
  expect(headline(appointment({ state: 'cancelled' }), before)).toBe('stateCancelled')
  expect(hindrance(appointment(), before)).toBeUndefined()
  expect(hindrance(appointment({ changeable: false }), late)).toBe('tooLate')
  expect(hindrance(appointment({ changeable: false }), before)).toBe('closed')
  expect(hindrance(appointment({ changeable: false, state: 'cancelled' }), before)).toBeUndefined()
})

test('one key for one content', () => {
  const key = keys()
  const first = key({ name: 'Işıl' })
  expect(key({ name: 'Işıl' })).toBe(first)
  expect(key({ name: 'Deniz' })).not.toBe(first)
  // A page over plain http has no randomUUID.
  vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues.bind(crypto) })
  expect(keys()({ name: 'Işıl' })).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  vi.unstubAllGlobals()
})

test('what is missing is told before anything is sent', () => {
  const none = { name: ' ', phone: '', email: '', note: '', consent: false }
  expect(problemsOf(none)).toEqual({ name: 'required', phone: 'reach', consent: 'consent' })
  expect(problemsOf({ ...none, name: 'Işıl', email: 'x', consent: true })).toEqual({
    email: 'bad_email',
  })
  expect(problemsOf({ ...none, name: 'Işıl', phone: '0532', consent: true })).toEqual({})
})

test('the language of the business, else the browser’s', () => {
  expect(localeOf('tr')).toBe('tr')
  expect(localeOf('en-GB')).toBe('en')
  expect(localeOf('de')).toBe(navigator.language.startsWith('tr') ? 'tr' : 'en')
  expect(catalogs.tr.minutes(90)).toBe('1 sa 30 dk')
  expect(catalogs.en.freeTimes(1)).toBe('1 free time')
})
