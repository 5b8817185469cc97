// Everything that counts minutes hears them together, and nobody else keeps a timer.
import { act, renderHook } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { useNow } from '@/features/reminders/mine'
import { useMinute } from './minute'

beforeEach(() => {
  vi.useFakeTimers()
  vi.setSystemTime(new Date('2026-11-21T12:00:40Z'))
})
afterEach(() => void vi.useRealTimers())

test('a full minute draws anew, once for each', () => {
  const first = renderHook(() => useMinute())
  const second = renderHook(() => useNow())
  const began = first.result.current
  const at = second.result.current
  expect(vi.getTimerCount()).toBe(1)
  act(() => void vi.advanceTimersByTime(19_000))
  expect(first.result.current).toBe(began)
  expect(second.result.current).toBe(at)
  act(() => void vi.advanceTimersByTime(2_000))
  expect(first.result.current).toBe(began + 1)
  expect(second.result.current.toISOString()).toBe('2026-11-21T12:01:01.000Z')
  act(() => void vi.advanceTimersByTime(120_000))
  expect(first.result.current).toBe(began + 3)
  first.unmount()
  second.unmount()
  expect(vi.getTimerCount()).toBe(0)
})
