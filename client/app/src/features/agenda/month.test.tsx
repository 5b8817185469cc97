// The sheet of a month: what is carried to another day, and what is only a number.
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { setLocale } from '@/i18n'
import { setTimeZone } from '@/i18n/format'
import type { Appointment } from '@/wire/agenda'
import { Month, type MonthProps } from './month'
import type { Entry } from './range'

const of = { id: 'a1', title: 'Gezi', state: 'booked', version: 2 } as Appointment
const entry = (change: Partial<Entry> = {}): Entry => ({
  key: 'a1',
  starts: new Date('2026-11-18T10:00:00Z'),
  ends: new Date('2026-11-18T11:00:00Z'),
  people: [],
  resources: [],
  of: { ...of, ...change.of },
  ...change,
})

function month(change: Partial<MonthProps> = {}): MonthProps {
  return {
    stretch: { from: '2026-11-16', days: 14 },
    day: '2026-11-18',
    entries: [entry()],
    more: new Map(),
    subjects: [],
    hours: [],
    holidays: [],
    timeOff: [],
    now: new Date('2026-11-18T07:00:00Z'),
    canEdit: true,
    openId: undefined,
    serviceOf: () => undefined,
    onOpen: vi.fn(),
    onDay: vi.fn(),
    onChoose: vi.fn(),
    onBook: vi.fn(),
    onMove: vi.fn(),
    ...change,
  }
}
function shown(change: Partial<MonthProps> = {}) {
  const props = month(change)
  const { rerender } = render(<Month {...props} />)
  return { ...props, now: (next: Partial<MonthProps>) => rerender(<Month {...props} {...next} />) }
}
const onPhone = () =>
  vi.stubGlobal('matchMedia', () => ({
    matches: true,
    addEventListener: () => {},
    removeEventListener: () => {},
  }))
// By attribute: to ask forty days for roles and names takes seconds.
const line = () => document.querySelector('[data-entry="a1"]') as HTMLElement
const cell = (day: string) => document.querySelector<HTMLElement>(`[data-cell="${day}"]`)

beforeEach(() => {
  setLocale('en')
  setTimeZone('Europe/Istanbul')
  vi.stubGlobal('matchMedia', () => ({
    matches: false,
    addEventListener: () => {},
    removeEventListener: () => {},
  }))
})
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

test('keys take it, send it to another day and let it go there', () => {
  const { onMove } = shown()
  line().focus()
  fireEvent.keyDown(line(), { key: 'm' })
  fireEvent.keyDown(line(), { key: 'ArrowDown' })
  fireEvent.keyDown(line(), { key: 'ArrowLeft' })
  expect(cell('2026-11-24')?.dataset.over).toBe('true')
  fireEvent.keyDown(line(), { key: 'Enter' })
  expect(onMove).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ key: 'a1' }),
    '2026-11-24',
  )
  expect((document.activeElement as HTMLElement).dataset.day).toBe('2026-11-24')
})

test('Escape leaves it where it was, and so does its own day', () => {
  const { onMove } = shown()
  fireEvent.keyDown(line(), { key: 'm' })
  fireEvent.keyDown(line(), { key: 'ArrowRight' })
  fireEvent.keyDown(line(), { key: 'Escape' })
  fireEvent.keyDown(line(), { key: 'm' })
  fireEvent.keyDown(line(), { key: 'Enter' })
  expect(onMove).not.toHaveBeenCalled()
})

test('the mouse carries it, and the click at the end opens nothing', () => {
  const { onMove, onOpen } = shown()
  document.elementFromPoint = () => cell('2026-11-20')
  fireEvent.pointerDown(line(), { button: 0, pointerId: 1, clientX: 10, clientY: 10 })
  fireEvent.pointerMove(window, { pointerId: 1, clientX: 80, clientY: 10 })
  expect(cell('2026-11-20')?.dataset.over).toBe('true')
  fireEvent.pointerUp(window, { pointerId: 1, clientX: 80, clientY: 10 })
  fireEvent.click(line())
  expect(onMove).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ key: 'a1' }),
    '2026-11-20',
  )
  expect(onOpen).not.toHaveBeenCalled()
})

test('what is over, and what may not be changed, stays', () => {
  const { onMove } = shown({ entries: [entry({ of: { ...of, state: 'done' } })] })
  fireEvent.keyDown(line(), { key: 'm' })
  fireEvent.keyDown(line(), { key: 'ArrowRight' })
  fireEvent.keyDown(line(), { key: 'Enter' })
  expect(onMove).not.toHaveBeenCalled()
  cleanup()
  const other = shown({ canEdit: false })
  fireEvent.keyDown(line(), { key: 'm' })
  fireEvent.keyDown(line(), { key: 'ArrowRight' })
  fireEvent.keyDown(line(), { key: 'Enter' })
  expect(other.onMove).not.toHaveBeenCalled()
})

test('a day of which only the first was read says how many more there are', () => {
  const { onDay } = shown({ more: new Map([['2026-11-18', 12]]) })
  fireEvent.click(screen.getByText('+12 more'))
  expect(onDay).toHaveBeenCalledExactlyOnceWith('2026-11-18')
  const day = document.querySelector('[data-day="2026-11-18"]')
  expect(day?.getAttribute('aria-label')).toMatch(/18.*13/)
})

test('what a colleague changed meanwhile goes as it is now, and what is gone is let be', () => {
  const { onMove, now } = shown()
  const later = entry({
    starts: new Date('2026-11-18T12:00:00Z'),
    ends: new Date('2026-11-18T13:00:00Z'),
    people: ['mehmet'],
  })
  fireEvent.keyDown(line(), { key: 'm' })
  fireEvent.keyDown(line(), { key: 'ArrowDown' })
  now({ entries: [later] })
  fireEvent.keyDown(line(), { key: 'Enter' })
  expect(onMove).toHaveBeenCalledExactlyOnceWith(later, '2026-11-25')

  fireEvent.keyDown(line(), { key: 'm' })
  fireEvent.keyDown(line(), { key: 'ArrowDown' })
  expect(cell('2026-11-25')?.dataset.over).toBe('true')
  now({ entries: [entry({ key: 'a2' })] })
  expect(cell('2026-11-25')?.dataset.over).toBeUndefined()
  // and the next one can be taken
  const other = document.querySelector('[data-entry="a2"]') as HTMLElement
  fireEvent.keyDown(other, { key: 'm' })
  expect(other.dataset.carried).toBe('true')
})

test('whoever goes elsewhere lets it go', () => {
  const { onMove } = shown()
  line().focus()
  fireEvent.keyDown(line(), { key: 'm' })
  fireEvent.keyDown(line(), { key: 'ArrowDown' })
  fireEvent.blur(line())
  expect(cell('2026-11-25')?.dataset.over).toBeUndefined()
  expect(onMove).not.toHaveBeenCalled()
})

test('beside the days the mouse carries it nowhere', () => {
  const { onMove } = shown()
  document.elementFromPoint = () => cell('2026-11-20')
  fireEvent.pointerDown(line(), { button: 0, pointerId: 1, clientX: 10, clientY: 10 })
  fireEvent.pointerMove(window, { pointerId: 1, clientX: 80, clientY: 10 })
  expect(cell('2026-11-20')?.querySelector('.mshadow')?.textContent).toContain('Gezi')
  document.elementFromPoint = () => document.body
  fireEvent.pointerMove(window, { pointerId: 1, clientX: 80, clientY: 900 })
  fireEvent.pointerUp(window, { pointerId: 1, clientX: 80, clientY: 900 })
  fireEvent.click(line())
  expect(onMove).not.toHaveBeenCalled()
})

test('on a phone a day is chosen first, and what it holds is carried from below the sheet', () => {
  onPhone()
  const { onMove, onChoose, onDay, onOpen } = shown({
    more: new Map([['2026-11-19', 12]]),
  })
  expect(cell('2026-11-19')?.textContent).toContain('12')
  const day = (of: string) => document.querySelector(`[data-day="${of}"]`) as HTMLElement
  fireEvent.click(day('2026-11-19'))
  expect(onChoose).toHaveBeenCalledExactlyOnceWith('2026-11-19')
  expect(onDay).not.toHaveBeenCalled()
  fireEvent.click(day('2026-11-18'))
  expect(onDay).toHaveBeenCalledExactlyOnceWith('2026-11-18')

  document.elementFromPoint = () => cell('2026-11-20')
  vi.useFakeTimers()
  fireEvent.pointerDown(line(), { button: 0, pointerId: 1, pointerType: 'touch' })
  vi.advanceTimersByTime(500)
  vi.useRealTimers()
  fireEvent.pointerMove(window, { pointerId: 1, clientX: 80, clientY: 10 })
  fireEvent.pointerUp(window, { pointerId: 1, clientX: 80, clientY: 10 })
  // the finger's own late click is none, a tap elsewhere is one
  fireEvent.click(line(), { clientX: 82, clientY: 12 })
  expect(onOpen).not.toHaveBeenCalled()
  fireEvent.click(line(), { clientX: 80, clientY: 400 })
  expect(onOpen).toHaveBeenCalledOnce()
  expect(onMove).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ key: 'a1' }),
    '2026-11-20',
  )
})

test('a day on which nobody works is a closed one', () => {
  const open = [{ from: '09:00', to: '18:00' }]
  shown({ hours: [{ of: 'tenant', week: [open, open, open, open, open, [], []] }] })
  expect(cell('2026-11-20')?.dataset.closed).toBeUndefined()
  expect(cell('2026-11-22')?.dataset.closed).toBe('true')
  expect(document.querySelector('[data-day="2026-11-22"]')?.ariaLabel ?? '').toMatch(/Closed/)
})

test('whoever comes back from a day goes on from it', () => {
  shown({ more: new Map([['2026-11-20', 12]]) })
  fireEvent.click(screen.getByText('+12 more'))
  cleanup()
  shown()
  expect((document.activeElement as HTMLElement).dataset.day).toBe('2026-11-20')
})
