// @vitest-environment jsdom
import { act, cleanup, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type LiveStatus, liveStatus, setStatus } from '@/live/status'
import { ConnectionBanner } from './connection'

const start: LiveStatus = liveStatus.get()

beforeEach(() => {
  vi.useFakeTimers()
  liveStatus.set({ ...start, phase: 'idle', since: Date.now() })
})
afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

test('whoever was slow to sign in sees no banner come and go', () => {
  vi.advanceTimersByTime(60_000)
  const { container } = render(<ConnectionBanner />)
  act(() => setStatus({ phase: 'connecting' }))
  expect(container.textContent).toBe('')
  act(() => setStatus({ phase: 'live' }))
  expect(container.textContent).toBe('')
})

test('a connection that is away is said, and that it is back', () => {
  render(<ConnectionBanner />)
  act(() => setStatus({ phase: 'live' }))
  act(() => setStatus({ phase: 'down' }))
  act(() => void vi.advanceTimersByTime(4_000))
  expect(screen.getByText(/yeniden|Reconnect/i)).toBeTruthy()
  act(() => setStatus({ phase: 'live' }))
  expect(screen.getByText(/^(Güncel|Up to date)$/)).toBeTruthy()
  act(() => void vi.advanceTimersByTime(3_000))
  expect(screen.queryByText(/^(Güncel|Up to date)$/)).toBeNull()
})
