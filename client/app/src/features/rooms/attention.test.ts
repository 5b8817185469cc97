// Read is what somebody looked at; what was marked unread stays so while a screen merely shows it.
import { act, cleanup, renderHook } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { idle, watchIdle } from '@/live/idle'
import { setStatus } from '@/live/status'
import { useHeld, useReading } from './attention'

const { markRead } = vi.hoisted(() => ({ markRead: vi.fn() }))
vi.mock('./commands', () => ({ markRead }))

interface At {
  read: number | undefined
  last: number
}

const onLowered = vi.fn()
/** A room on a screen, at its end. */
const show = (first: At) =>
  renderHook(
    ({ read, last }: At) => {
      const held = useHeld(read, last, onLowered)
      useReading('r1', last, read, held.isHeld)
      return held
    },
    { initialProps: first },
  )
const wait = (ms: number) => act(() => void vi.advanceTimersByTime(ms))

beforeEach(() => {
  vi.useFakeTimers()
  vi.spyOn(document, 'hasFocus').mockReturnValue(true)
  idle.set(false)
  setStatus({ phase: 'live' })
  markRead.mockClear()
  onLowered.mockClear()
})
afterEach(() => {
  cleanup()
  setStatus({ phase: 'idle' })
  vi.useRealTimers()
})

test('what stands on a focused screen for a second is read', () => {
  show({ read: 3, last: 5 })
  wait(900)
  expect(markRead).not.toHaveBeenCalled()
  wait(200)
  expect(markRead).toHaveBeenCalledExactlyOnceWith('r1', 5)
})

test('unread from here on another device: a screen that shows the room leaves it so', () => {
  const { rerender, result } = show({ read: 5, last: 5 })
  rerender({ read: 3, last: 5 })
  expect(result.current.isHeld).toBe(true)
  expect(onLowered).toHaveBeenCalledExactlyOnceWith(3)
  wait(10_000)
  expect(markRead).not.toHaveBeenCalled()
  // Lowered once more.
  rerender({ read: 1, last: 5 })
  wait(10_000)
  expect(markRead).not.toHaveBeenCalled()
  // Whoever does something here looks.
  act(() => void window.dispatchEvent(new Event('pointerdown')))
  wait(1100)
  expect(markRead).toHaveBeenCalledExactlyOnceWith('r1', 5)
})

test('something new ends it', () => {
  const { rerender } = show({ read: 5, last: 5 })
  rerender({ read: 3, last: 5 })
  wait(5000)
  rerender({ read: 3, last: 6 })
  wait(1100)
  expect(markRead).toHaveBeenCalledExactlyOnceWith('r1', 6)
})

test('unread from here on this screen outlasts what its owner does beside it', () => {
  const { rerender, result } = show({ read: 5, last: 5 })
  act(() => result.current.hold())
  rerender({ read: 3, last: 5 })
  act(() => void window.dispatchEvent(new Event('wheel')))
  wait(5000)
  expect(markRead).not.toHaveBeenCalled()
  expect(onLowered).not.toHaveBeenCalled()
  act(() => result.current.release())
  wait(1100)
  expect(markRead).toHaveBeenCalledExactlyOnceWith('r1', 5)
})

test('a mark that does not follow is not asked for without end', () => {
  const { rerender } = show({ read: 3, last: 5 })
  wait(1100)
  // Shown at once, and taken back: the server knew better.
  rerender({ read: 5, last: 5 })
  rerender({ read: 3, last: 5 })
  wait(60_000)
  expect(markRead).toHaveBeenCalledOnce()
})

test('a place that opens below the mark is no unread mark', () => {
  const { rerender } = show({ read: undefined, last: 5 })
  rerender({ read: 3, last: 5 })
  wait(1100)
  expect(markRead).toHaveBeenCalledExactlyOnceWith('r1', 5)
})

test('nobody reads who has not touched the tab for long', () => {
  const ephemeral = vi.fn()
  const stop = watchIdle({ topics: ['room:r1'], ephemeral })
  wait(6 * 60_000)
  expect(ephemeral).toHaveBeenCalledExactlyOnceWith('room:r1', 'away', { idle: true })
  show({ read: 3, last: 5 })
  wait(60_000)
  expect(markRead).not.toHaveBeenCalled()
  act(() => void window.dispatchEvent(new Event('keydown')))
  wait(1100)
  expect(markRead).toHaveBeenCalledExactlyOnceWith('r1', 5)
  expect(ephemeral).toHaveBeenLastCalledWith('room:r1', 'away', { idle: false })
  stop()
})
