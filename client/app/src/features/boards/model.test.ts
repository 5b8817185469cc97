// Board rows from snapshots, events and pending commands.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { PendingCommand } from '@/live/model'
import { Topic } from '@/live/topic'
import type { Card, Stage } from '@/wire/records'
import { boardModel, byRank, isTemporary } from './model'

const card = (id: string, stage_id: string, rank: number): Card => ({
  id,
  board_id: 'b',
  customer_id: `k-${id}`,
  stage_id,
  rank,
  version: 1,
  title: id,
  phone: null,
  need: null,
  amount: null,
  owners: [],
  source: null,
  quality: null,
  tags: [],
  last_contact_at: null,
  next_due_at: null,
  unread: 0,
  entered_stage_at: '2026-11-01T00:00:00.000Z',
  created_at: '2026-11-01T00:00:00.000Z',
  archived_at: null,
})
const stage = (id: string, position: number): Stage => ({
  id,
  board_id: 'b',
  name: id,
  kind: 'open',
  position,
  wip_limit: null,
  colour: 1,
  archived_at: null,
})

function board(cards: Card[]): Topic {
  const topic = new Topic('board:b', boardModel)
  topic.subbed({ t: 'subbed', topic: 'board:b', epoch: 'e', seq: 5, mode: 'snapshot' })
  const d = {
    board: { id: 'b', name: 'Satış', archived_at: null },
    stages: [stage('s1', 0), stage('s2', 1)],
    cards,
  }
  topic.snap({ t: 'snap', topic: 'board:b', epoch: 'e', seq: 5, part: 0, last: true, d })
  return topic
}
const order = (topic: Topic, id: string): string[] =>
  [...topic.view.all<Card>('cards')]
    .filter((c) => c.stage_id === id)
    .sort(byRank)
    .map((c) => c.id)

let n = 0
const command = (op: string, d: Record<string, unknown>, topic = 'board:b'): PendingCommand => ({
  id: `m${n++}`,
  topic,
  op,
  d,
  at: Date.now(),
})
const three = () =>
  board([card('a', 's1', 1), card('b', 's1', 2), card('c', 's1', 3), card('x', 's2', 1)])

test('a pending move lies between the named neighbours, and goes when it is refused', () => {
  const topic = three()
  const move = command('card.move', { card: 'x', to_stage: 's1', after: 'a', before: 'b' })
  topic.add(move)
  expect(order(topic, 's1')).toEqual(['a', 'x', 'b', 'c'])
  expect(order(topic, 's2')).toEqual([])
  topic.drop(move.id)
  expect(order(topic, 's1')).toEqual(['a', 'b', 'c'])
  expect(order(topic, 's2')).toEqual(['x'])
})

test('no neighbours: the end; only one above: right below it; only one below: right above it', () => {
  for (const [place, expected] of [
    [{}, ['a', 'b', 'c', 'x']],
    [{ after: 'b' }, ['a', 'b', 'x', 'c']],
    [{ before: 'b' }, ['a', 'x', 'b', 'c']],
    [{ after: 'c' }, ['a', 'b', 'c', 'x']],
    [{ before: 'a' }, ['x', 'a', 'b', 'c']],
    [{ after: 'gone' }, ['a', 'b', 'c', 'x']],
  ] as const) {
    const topic = three()
    topic.add(command('card.move', { card: 'x', to_stage: 's1', ...place }))
    expect(order(topic, 's1')).toEqual(expected)
  }
})

test('many cards move together and keep their order', () => {
  const topic = three()
  topic.add(command('card.move_many', { cards: ['a', 'c'], to_stage: 's2', before: 'x' }))
  expect(order(topic, 's2')).toEqual(['a', 'c', 'x'])
  expect(order(topic, 's1')).toEqual(['b'])
})

test("a colleague's move arrives under a pending one: the pending one is replayed over it", () => {
  const topic = three()
  topic.add(command('card.move', { card: 'a', to_stage: 's1', after: 'c' }))
  topic.ev({
    t: 'ev',
    topic: 'board:b',
    seq: 6,
    at: '',
    by: 'other',
    op: 'card.moved',
    d: {
      card: 'c',
      customer_id: 'k',
      from: 's1',
      to: 's2',
      ranks: [['c', 9]],
      version: 2,
      entered_stage_at: '2026-11-02T00:00:00.000Z',
    },
  })
  // Its neighbour has left the stage, so the move goes to the end.
  expect(order(topic, 's1')).toEqual(['b', 'a'])
  expect(order(topic, 's2')).toEqual(['x', 'c'])
  expect(topic.committed.get<Card>('cards', 'a')?.rank).toBe(1)
})

test('a new card stands at once and is replaced by the real one', () => {
  const topic = three()
  const create = command('card.create', { stage: 's2', customer: { name: 'Işık Ltd.' } })
  topic.add(create)
  const [, temporary] = order(topic, 's2')
  expect(isTemporary(temporary ?? '')).toBe(true)
  topic.ev({
    t: 'ev',
    topic: 'board:b',
    seq: 6,
    at: '',
    by: 'me',
    op: 'card.created',
    d: { card: card('real', 's2', 7) },
    cmd: create.id,
  })
  expect(order(topic, 's2')).toEqual(['x', 'real'])
  expect(topic.overlayIsEmpty).toBe(true)
})

test('tags and owners of a customer show on the card; stages change and go', () => {
  const topic = three()
  topic.add(command('customer.tag', { add: ['Sıcak'] }, 'customer:k-a'))
  expect(topic.view.get<Card>('cards', 'a')?.tags).toEqual(['Sıcak'])
  topic.add(command('card.assign', { cards: ['a', 'b'], add: ['u1'] }))
  expect(topic.view.get<Card>('cards', 'b')?.owners).toEqual(['u1'])
  topic.add(command('stage.update', { stage: 's2', wip_limit: 3 }))
  expect(topic.view.get<Stage>('stages', 's2')?.wip_limit).toBe(3)
  topic.add(command('stage.archive', { stage: 's1', move_to: 's2' }))
  expect(order(topic, 's2')).toHaveLength(4)
})

test('whatever is pending, every card is in exactly one stage', () => {
  const move = fc.record({
    cards: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'x'), { minLength: 1 }),
    to_stage: fc.constantFrom('s1', 's2'),
    after: fc.option(fc.constantFrom('a', 'b', 'c', 'x'), { nil: undefined }),
    before: fc.option(fc.constantFrom('a', 'b', 'c', 'x'), { nil: undefined }),
  })
  fc.assert(
    fc.property(fc.array(move, { maxLength: 8 }), (moves) => {
      const topic = three()
      const ids = moves.map((d) => {
        const pending = command('card.move_many', d)
        topic.add(pending)
        return pending.id
      })
      expect([...order(topic, 's1'), ...order(topic, 's2')].sort()).toEqual(['a', 'b', 'c', 'x'])
      for (const id of ids) topic.drop(id)
      expect(order(topic, 's1')).toEqual(['a', 'b', 'c'])
    }),
  )
})

test('a move of many that comes in parts is whole at every moment', () => {
  const topic = three()
  const move = command('card.move_many', { cards: ['a', 'b'], to_stage: 's2', after: 'x' })
  topic.add(move)
  const part = (seq: number, id: string, rank: number) =>
    topic.ev({
      t: 'ev',
      topic: 'board:b',
      seq,
      at: '',
      by: 'me',
      op: 'card.moved_many',
      d: {
        cards: [{ card: id, from: 's1', version: 2 }],
        to: 's2',
        ranks: [[id, rank]],
        entered_stage_at: '2026-11-02T00:00:00.000Z',
      },
      cmd: move.id,
    })
  part(6, 'a', 10)
  expect(order(topic, 's2')).toEqual(['x', 'a', 'b'])
  part(7, 'b', 20)
  topic.acked(move.id, 7)
  expect(order(topic, 's2')).toEqual(['x', 'a', 'b'])
  expect(topic.overlayIsEmpty).toBe(true)
})

test('cards that go back together keep each its own time of entry', () => {
  const topic = three()
  const at = '2026-11-02T00:00:00.000Z'
  topic.ev({
    t: 'ev',
    topic: 'board:b',
    seq: 6,
    at,
    by: 'x',
    op: 'card.moved_many',
    d: {
      cards: [
        { card: 'a', from: 's1', version: 2, entered_stage_at: '2026-10-01T00:00:00.000Z' },
        { card: 'b', from: 's1', version: 2 },
      ],
      to: 's2',
      ranks: [
        ['a', 10],
        ['b', 20],
      ],
      entered_stage_at: at,
    },
  })
  const entered = (id: string) => topic.committed.get<Card>('cards', id)?.entered_stage_at
  expect([entered('a'), entered('b')]).toEqual(['2026-10-01T00:00:00.000Z', at])
})

test('a card that goes out of sight is gone', () => {
  const topic = three()
  topic.ev({
    t: 'ev',
    topic: 'board:b',
    seq: 6,
    at: '',
    by: 'x',
    op: 'card.withdrawn',
    d: { card: 'b', customer_id: 'k' },
  })
  expect(order(topic, 's1')).toEqual(['a', 'c'])
})
