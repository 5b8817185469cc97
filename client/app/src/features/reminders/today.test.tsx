// My work: nothing that is late is missing, nobody waits for what is not asked for, and who works
// through the list by keys stays in it.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, render, renderHook, screen } from '@testing-library/react'
import { type ReactNode, useRef } from 'react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { nextOf } from '@/features/agenda/day-aside'
import type { Entry } from '@/features/agenda/range'
import { session } from '@/session/session'
import type { Me } from '@/wire/records'
import { useFocusStays } from './focus-stays'
import { readMine, useMyActivities } from './mine'

const { get } = vi.hoisted(() => ({ get: vi.fn() }))
vi.mock('@/session/api', async (original) => ({ ...(await original<object>()), api: { get } }))

beforeEach(() => void get.mockReset())
afterEach(() => {
  cleanup()
  vi.useRealTimers()
  session.leave()
})

const activity = (id: string) => ({ id, state: 'open' })

test('with more open activities than one page holds, those that are due come too', async () => {
  get.mockImplementation(async (_path: string, query: { due?: string }) =>
    query.due
      ? { items: [activity('late'), activity('new')], next_cursor: null }
      : { items: [activity('new')], next_cursor: 'more' },
  )
  const now = Date.parse('2026-11-21T09:00:00Z')
  expect((await readMine(now)).map(({ id }) => id).sort()).toEqual(['late', 'new'])
  expect(get.mock.calls[1]?.[1]).toMatchObject({ assignee: 'me', due: '2026-11-28T09:00:00.000Z' })
  get.mockResolvedValue({ items: [activity('new')], next_cursor: null })
  get.mockClear()
  expect(await readMine(now)).toHaveLength(1)
  expect(get).toHaveBeenCalledOnce()
})

test('without the right to see customers nothing is waited for', () => {
  session.enter({
    user: { id: 'u1' },
    tenant: { id: 't1', time_zone: 'Europe/Istanbul' },
    permissions: ['agenda.view'],
    visibility: 'own',
  } as unknown as Me)
  const queries = new QueryClient()
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={queries}>{children}</QueryClientProvider>
  )
  const { result } = renderHook(() => useMyActivities(), { wrapper })
  expect(result.current.isWaiting).toBe(false)
  expect(get).not.toHaveBeenCalled()
})

function List({ ids }: { ids: readonly string[] }) {
  const list = useRef<HTMLElement>(null)
  useFocusStays(list, ids.join())
  return (
    <section ref={list} tabIndex={-1} aria-label="liste">
      {ids.map((id) => (
        <article key={id} className="work-row">
          <button type="button">{id}</button>
        </article>
      ))}
    </section>
  )
}

test('the row that takes the place of the one that is done has the focus', () => {
  vi.useFakeTimers()
  const { rerender } = render(<List ids={['a', 'b', 'c']} />)
  const focused = () => document.activeElement?.textContent
  act(() => screen.getByText('b').focus())
  rerender(<List ids={['a', 'c']} />)
  expect(focused()).toBe('c')
  rerender(<List ids={['a']} />)
  expect(focused()).toBe('a')
  rerender(<List ids={[]} />)
  expect(document.activeElement).toBe(screen.getByLabelText('liste'))
})

test('who was elsewhere is not taken away', () => {
  const field = document.body.appendChild(document.createElement('input'))
  const { rerender } = render(<List ids={['a', 'b']} />)
  act(() => screen.getByText('b').focus())
  act(() => field.focus())
  rerender(<List ids={['a']} />)
  expect(document.activeElement).toBe(field)
  field.remove()
})

test('what is over or cancelled is not the next appointment', () => {
  const at = (hour: number, state: string) =>
    ({
      key: `${hour}`,
      starts: new Date(Date.UTC(2026, 10, 21, hour)),
      ends: new Date(Date.UTC(2026, 10, 21, hour + 1)),
      of: { state },
    }) as unknown as Entry
  const all = [
    at(7, 'confirmed'),
    at(8, 'done'),
    at(9, 'no_show'),
    at(10, 'booked'),
    at(11, 'booked'),
  ]
  expect(nextOf(all, new Date('2026-11-21T08:30:00Z'))?.key).toBe('10')
  expect(nextOf(all, new Date('2026-11-21T10:30:00Z'))?.key).toBe('10')
  expect(nextOf(all, new Date('2026-11-21T12:30:00Z'))).toBeUndefined()
})
