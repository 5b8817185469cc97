// Borrowed eyes read by GET, do nothing, and never show what only one's own socket heard.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import '@/features/boards/model'
import { session } from '@/session/session'
import type { Sight } from '@/wire/leaving'
import type { User } from '@/wire/records'
import { BorrowedEngine } from './borrowed'
import { Engine } from './engine'

const user = { id: 'm', name: 'Mehmet' } as User
const sight: Sight = {
  permissions: ['boards.view'],
  scopes: { customers: 'own', agenda: 'own', reports: 'own' },
  circle: ['m'],
  customers: 1,
  cards: 1,
}
const card = (id: string) => ({ id, stage_id: 's', rank: 1, archived_at: null })
let cards: object[]
let asked: string[]

function own(): Engine {
  return new Engine({
    me: 'a',
    open: () => {
      throw new Error('no socket here')
    },
    token: () => Promise.resolve(undefined),
    onEnd: () => {},
    schedule: (flush) => flush(),
  })
}

beforeEach(() => {
  vi.useFakeTimers()
  cards = [card('1')]
  asked = []
  session.keepToken({ access_token: 'x', expires_in: 900 })
  vi.stubGlobal('fetch', (url: string) => {
    asked.push(url)
    const stages = [{ id: 's', next_cursor: url.includes('cursor') ? null : '7' }]
    const body = url.includes('/boards/b')
      ? url.includes('cursor')
        ? { cards: [card('2')], next_cursor: null }
        : { id: 'b', name: 'Satış', archived_at: null, stages, cards }
      : { items: [], next_cursor: null }
    return Promise.resolve(new Response(JSON.stringify(body)))
  })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const eyesOver = (mine: Engine, calls: Partial<Record<'onGone' | 'onSight', () => void>> = {}) =>
  new BorrowedEngine({
    own: mine,
    user,
    sight: () => sight,
    onChange: () => {},
    onSight: calls.onSight ?? (() => {}),
    onGone: calls.onGone ?? (() => {}),
  })

/** As if one's own socket had heard it. */
function hear(mine: Engine, topic: string, op: string, d: object): void {
  const listeners = (mine as unknown as { eventListeners: Map<string, Set<(ev: object) => void>> })
    .eventListeners
  for (const listener of listeners.get(topic) ?? []) listener({ op, d, topic })
}

test('a board is read whole, page by page', async () => {
  const eyes = eyesOver(own())
  const board = eyes.subscribe('board:b')
  await vi.advanceTimersByTimeAsync(50)
  expect(board.status.get()).toBe('ready')
  expect(board.list('cards')).toHaveLength(2)
  expect(asked.filter((url) => url.includes('/boards/b'))).toHaveLength(2)
  eyes.stop()
})

test('what one’s own socket hears only makes it ask again', async () => {
  const mine = own()
  const eyes = eyesOver(mine)
  const board = eyes.subscribe('board:b')
  await vi.advanceTimersByTimeAsync(50)
  for (const id of ['8', '9']) hear(mine, 'board:b', 'card.created', { card: card(id) })
  expect(board.list('cards')).toHaveLength(2)
  cards = [card('1'), card('3')]
  await vi.advanceTimersByTimeAsync(1000)
  expect(
    board
      .list<{ id: string }>('cards')
      .map((each) => each.id)
      .sort(),
  ).toEqual(['1', '2', '3'])
  expect(asked.filter((url) => url.includes('/boards/b'))).toHaveLength(4)
  eyes.stop()
  hear(mine, 'board:b', 'card.created', { card: card('9') })
  await vi.advanceTimersByTimeAsync(2000)
  expect(asked.filter((url) => url.includes('/boards/b'))).toHaveLength(4)
})

test('no command leaves, and topics that are one person’s own stay closed', async () => {
  const eyes = eyesOver(own())
  await expect(eyes.dispatch()).rejects.toMatchObject({ reason: 'see_as' })
  const other = eyes.subscribe('agenda')
  await vi.advanceTimersByTimeAsync(50)
  expect(other.status.get()).toBe('failed')
  expect(asked).toEqual([])
  eyes.stop()
})

test('it is over when the colleague’s access is, and asks anew when rights change', async () => {
  const mine = own()
  const onGone = vi.fn()
  const onSight = vi.fn()
  const eyes = eyesOver(mine, { onGone, onSight })
  hear(mine, 'tenant', 'user.updated', { access: 'user', user: { id: 'x' } })
  await vi.advanceTimersByTimeAsync(1000)
  expect(onSight).not.toHaveBeenCalled()
  hear(mine, 'tenant', 'role.updated', { access: 'everybody' })
  await vi.advanceTimersByTimeAsync(1000)
  expect(onSight).toHaveBeenCalledOnce()
  hear(mine, 'tenant', 'user.deactivated', { access: 'user', user: { id: 'm' } })
  expect(onGone).toHaveBeenCalledOnce()
  eyes.stop()
})
