import { expect, test } from 'vitest'
import type { Offboarding } from '@/wire/leaving'
import { mayRevert, progressOf, timeLeft } from './left'
import { put } from './queries'

const now = Date.parse('2026-11-21T12:00:00Z')
const at = (minutes: number) => new Date(now + minutes * 60_000).toISOString()

const item = (change: Partial<Offboarding>): Offboarding => ({
  id: '1',
  user: 'u',
  by: 'a',
  at: at(-10),
  plan: { kind: 'spread' },
  state: 'running',
  counts: { customers: 10, cards: 0, reminders: 0, activities: 0, appointments: 0 },
  done: 0,
  total: 10,
  kept: 0,
  revertible_until: at(24 * 60),
  finished_at: null,
  ...change,
})

test('what is left is said in hours and minutes, the last minute as one', () => {
  expect(timeLeft(at(24 * 60), now)).toMatchObject({ hours: 24, minutes: 0 })
  expect(timeLeft(at(61.5), now)).toMatchObject({ hours: 1, minutes: 2, next: 30_000 })
  expect(timeLeft(at(0.1), now)).toMatchObject({ hours: 0, minutes: 1 })
  expect(timeLeft(at(0), now)).toBeUndefined()
  expect(timeLeft(at(-1), now)).toBeUndefined()
  expect(timeLeft('', now)).toBeUndefined()
})

test('the bar goes up whichever way the work goes', () => {
  expect(progressOf(item({ done: 4 }))).toBe(40)
  expect(progressOf(item({ state: 'reverting', done: 4 }))).toBe(60)
  expect(progressOf(item({ state: 'done', done: 0, total: 0 }))).toBe(100)
  expect(progressOf(item({ total: 0 }))).toBe(0)
})

test('the way back is open for a day, and not twice', () => {
  expect(mayRevert(item({ state: 'done' }), now)).toBe(true)
  expect(mayRevert(item({ state: 'reverting' }), now)).toBe(false)
  expect(mayRevert(item({ state: 'reverted' }), now)).toBe(false)
  expect(mayRevert(item({ state: 'done', revertible_until: at(-1) }), now)).toBe(false)
})

test('an event replaces its hand-over, and a new one comes first', () => {
  const list = [item({ id: '2' }), item({ id: '1' })]
  expect(put(list, item({ id: '1', done: 5 })).map((each) => each.done)).toEqual([0, 5])
  expect(put(list, item({ id: '3' })).map((each) => each.id)).toEqual(['3', '2', '1'])
})
