// Rooms of more people than they tell: everybody can be named and taken out.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, fireEvent, render, renderHook, screen, waitFor } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { setLocale } from '@/i18n'
import type { Room } from '@/wire/rooms'
import { Members } from './member-list'
import { useMentionable } from './members'

const fake = vi.hoisted(() => ({ get: vi.fn(), removeMember: vi.fn() }))
vi.mock('@/session/api', async (original) => ({
  ...(await original<object>()),
  api: { get: fake.get },
}))
vi.mock('./commands', () => ({ addMembers: vi.fn(), removeMember: fake.removeMember }))
const names: Record<string, string> = { u1: 'Ayşe Yılmaz', u2: 'Elif Şahin', u200: 'Zeynep Ak' }
const people = { active: [], of: (id: string) => ({ id, name: names[id] ?? id }) }
vi.mock('./use-rooms', () => ({
  useChat: () => ({ people, me: 'u1', canManage: true }),
  useHere: () => new Map(),
  useMyRoom: () => undefined,
}))

const member = (user_id: string) => ({
  user_id,
  role: 'member' as const,
  read: 0,
  joined_at: '2026-11-21T09:00:00.000Z',
})
const room = (member_count: number): Room =>
  ({
    id: 'r1',
    kind: 'channel',
    members: ['u1', 'u2'].map(member),
    member_count,
    mine: { role: 'owner' },
    active_at: '2026-11-21T08:00:00.000Z',
    archived_at: null,
  }) as unknown as Room

const wrapper = ({ children }: { children: ReactNode }) => (
  <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
    {children}
  </QueryClientProvider>
)
const ids = (all: readonly { id: string }[]) => all.map(({ id }) => id)

beforeEach(() => {
  setLocale('tr')
  fake.get.mockReset().mockResolvedValue({ items: [member('u200')], next_cursor: null })
  fake.removeMember.mockReset()
})
afterEach(cleanup)

test('in a small room those who are told can be named, and nobody is asked', () => {
  const small = room(2)
  const { result } = renderHook(() => useMentionable(small, 'el'), { wrapper })
  expect(ids(result.current)).toEqual(['u2'])
  expect(fake.get).not.toHaveBeenCalled()
})

test('in a large one those are found who are not told, and stay found', async () => {
  const large = room(300)
  const { result, rerender } = renderHook(
    ({ typed }: { typed: string | undefined }) => useMentionable(large, typed),
    { wrapper, initialProps: { typed: 'zey' as string | undefined } },
  )
  await waitFor(() => expect(ids(result.current)).toEqual(['u2', 'u200']))
  expect(fake.get.mock.calls[0]?.slice(0, 2)).toEqual([
    '/rooms/r1/members',
    { q: 'zey', limit: 20 },
  ])
  rerender({ typed: undefined })
  expect(ids(result.current)).toEqual(['u2', 'u200'])
})

test('the two-hundredth member is found by name and taken out', async () => {
  const large = room(300)
  render(<Members room={large} />, { wrapper })
  fireEvent.change(screen.getByRole('searchbox'), { target: { value: 'zey' } })
  await waitFor(() => expect(fake.get.mock.lastCall?.[1]).toMatchObject({ q: 'zey' }))
  fireEvent.click(await screen.findByRole('button', { name: 'Çıkar: Zeynep Ak' }))
  expect(fake.removeMember).toHaveBeenCalledExactlyOnceWith(large, member('u200'), 'Zeynep Ak')
})
