// Older messages over HTTP while the room goes on: nobody's jump is lost, and nothing old comes back.
import { act, cleanup, renderHook } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Subscription } from '@/live/subscription'
import type { Ev } from '@/wire/frames'
import type { Message } from '@/wire/rooms'
import { useHistory } from './history'

const fake = vi.hoisted(() => ({
  get: vi.fn(),
  hear: (_: unknown) => {},
  live: [] as unknown[],
  snapshot: () => {},
}))
vi.mock('@/session/api', async (original) => ({
  ...(await original<object>()),
  api: { get: fake.get },
}))
vi.mock('@/live/hooks', async (original) => ({
  ...(await original<object>()),
  useRow: () => ({ last: 500 }),
  useRows: () => fake.live,
  useTopicEvents: (_: string, listener: (ev: unknown) => void) => {
    fake.hear = listener
  },
}))

const message = (n: number, more: Partial<Message> = {}): Message => ({
  id: `m${n}`,
  room_id: 'r1',
  n,
  kind: 'text',
  by: 'elif',
  text: `${n}`,
  mentions: [],
  reply_to: null,
  reactions: [],
  created_at: '2026-11-21T09:00:00.000Z',
  edited_at: null,
  deleted_at: null,
  deleted_by: null,
  version: 1,
  ...more,
})
const topic = {
  topic: { ready: true },
  list: () => fake.live,
  onTable: (_: string, listener: (ids: null) => void) => {
    fake.snapshot = () => listener(null)
    return () => {}
  },
} as unknown as Subscription

interface Request {
  query: Record<string, number>
  signal: AbortSignal
  answer: (items: Message[]) => Promise<void>
}
let requests: Request[]
const stretch = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => message(from + i))
const ev = (op: string, d: unknown) => ({ op, d }) as Ev

beforeEach(() => {
  requests = []
  fake.live = stretch(451, 500)
  fake.get.mockImplementation(
    (_path: string, query: Record<string, number>, signal: AbortSignal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(new DOMException('', 'AbortError')))
        requests.push({
          query,
          signal,
          answer: (items) => act(async () => resolve({ items, before: null, after: null })),
        })
      }),
  )
})
afterEach(cleanup)

const open = () => renderHook(() => useHistory('r1', topic))
const numbers = (all: readonly Message[]) => [all[0]?.n, all.at(-1)?.n]

test('a jump does not wait behind what was being read, and is not dropped for it', async () => {
  const { result } = open()
  act(() => result.current.older())
  // The same is not asked twice.
  act(() => result.current.older())
  expect(requests).toHaveLength(1)
  act(() => result.current.show(20))
  expect(requests.map(({ query }) => query)).toMatchObject([{ before: 451 }, { around: 20 }])
  expect(requests[0]?.signal.aborted).toBe(true)
  await requests[1]?.answer(stretch(1, 50))
  expect(numbers(result.current.messages)).toEqual([1, 50])
  expect([result.current.isReading, result.current.error]).toEqual([false, undefined])
})

test('what was told while a page was on its way is not overwritten by it', async () => {
  const { result } = open()
  act(() => result.current.older())
  const edited = message(440, { text: 'yeni', version: 3 })
  act(() => fake.hear(ev('message.edited', { message: edited })))
  act(() =>
    fake.hear(ev('message.reacted', { message_id: 'm441', emoji: '👍', by: 'can', on: true })),
  )
  // Read before both.
  await requests[0]?.answer(stretch(401, 450))
  const of = (n: number) => result.current.messages.find((each) => each.n === n)
  expect(of(440)).toMatchObject({ text: 'yeni', version: 3 })
  expect(of(441)?.reactions).toEqual([{ emoji: '👍', by: ['can'], count: 1 }])
  // A page that overlaps and is older still.
  act(() => result.current.show(1))
  await requests[1]?.answer([message(1), message(440, { version: 2, text: 'ara' })])
  act(() => result.current.show(440))
  expect(of(440)?.text).toBe('yeni')
})

test('a page asked for before another snapshot is not shown over it; the jump is asked again', async () => {
  const { result } = open()
  act(() => result.current.show(20))
  act(() => fake.snapshot())
  expect(requests.map(({ query }) => query.around)).toEqual([20, 20])
  await requests[0]?.answer(stretch(1, 50).map((each) => ({ ...each, text: 'eski' })))
  expect(numbers(result.current.messages)).toEqual([451, 500])
  await requests[1]?.answer(stretch(1, 50))
  expect(result.current.messages.find((each) => each.n === 20)?.text).toBe('20')
})
