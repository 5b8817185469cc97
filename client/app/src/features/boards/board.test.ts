// The order of stages as rows change, where a drop comes to lie, filters and typed amounts.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Subscription } from '@/live/subscription'
import type { Card } from '@/wire/records'
import { BoardControl } from './control'
import { targetBeside } from './drag'
import { cardFilter } from './filter'
import './model'
import { byRank } from './model'
import { parseMoney } from './money-input'
import { StageOrders } from './order'
import { boardSearch } from './search'

const make = (id: string, stage_id: string, rank: number, more: Partial<Card> = {}): Card =>
  ({
    id,
    stage_id,
    rank,
    title: id,
    owners: [],
    tags: [],
    phone: null,
    need: null,
    quality: null,
    source: null,
    amount: null,
    next_due_at: null,
    ...more,
  }) as Card

function open(cards: Card[]) {
  const source = new Subscription('board:b', () => {})
  const frame = { topic: 'board:b', epoch: 'e', seq: 1 }
  source.topic.subbed({ t: 'subbed', ...frame, mode: 'snapshot' })
  const stages = ['s1', 's2'].map((id, position) => ({ id, position, archived_at: null }))
  source.topic.snap({ t: 'snap', ...frame, part: 0, last: true, d: { stages, cards } })
  source.flush()
  let seq = 1
  const put = (card: Card) => {
    source.topic.ev({
      t: 'ev',
      topic: 'board:b',
      seq: ++seq,
      at: '',
      by: 'x',
      op: 'card.updated',
      d: { card },
    })
  }
  return { source, put }
}

test('the kept order equals a fresh sort, whatever changes', () => {
  const change = fc.record({ id: fc.nat(9), stage: fc.constantFrom('s1', 's2'), rank: fc.nat(6) })
  fc.assert(
    fc.property(fc.array(fc.array(change, { maxLength: 5 }), { maxLength: 12 }), (frames) => {
      const { source, put } = open([make('c0', 's1', 1), make('c1', 's1', 2)])
      const orders = new StageOrders(source)
      for (const frame of frames) {
        for (const { id, stage, rank } of frame) put(make(`c${id}`, stage, rank))
        source.flush()
      }
      for (const stage of ['s1', 's2']) {
        const cards = source.list<Card>('cards').filter((c) => c.stage_id === stage)
        expect(orders.of(stage)).toEqual([...cards].sort(byRank).map((c) => c.id))
      }
    }),
  )
})

test('a frozen order waits, and catches up', () => {
  const { source, put } = open([make('a', 's1', 1), make('b', 's1', 2)])
  const orders = new StageOrders(source)
  orders.freeze()
  put(make('b', 's2', 1))
  source.flush()
  expect(orders.of('s1')).toEqual(['a', 'b'])
  orders.thaw()
  expect(orders.of('s1')).toEqual(['a'])
  expect(orders.of('s2')).toEqual(['b'])
})

test('a drop names the neighbours that stay', () => {
  const { source } = open(['a', 'b', 'c', 'd'].map((id, i) => make(id, 's1', i)))
  const control = new BoardControl('b', source, 'me')
  expect(targetBeside(control, 'c', 'top', ['x'])).toEqual({ stage: 's1', after: 'b', before: 'c' })
  expect(targetBeside(control, 'c', 'bottom', ['x'])).toEqual({
    stage: 's1',
    after: 'c',
    before: 'd',
  })
  expect(targetBeside(control, 'd', 'bottom', ['x'])).toEqual({
    stage: 's1',
    after: 'd',
    before: undefined,
  })
  expect(targetBeside(control, 'c', 'top', ['b'])).toEqual({ stage: 's1', after: 'a', before: 'c' })
  expect(targetBeside(control, 'a', 'top', ['x'])).toEqual({
    stage: 's1',
    after: undefined,
    before: 'a',
  })
})

test('filters: Turkish letters, phone fragments, owners, overdue', () => {
  const isik = make('1', 's', 1, { title: 'IŞIK İnşaat', phone: '0532 111 22 33', owners: ['u1'] })
  const late = make('2', 's', 1, { next_due_at: '2020-01-01T00:00:00.000Z', quality: 'A' })
  const hits = (search: object, card: Card) => cardFilter(search)?.(card) ?? true
  for (const q of ['ışık', 'isik', 'IŞIK', 'insaat', 'İNŞAAT', '11122'])
    expect(hits({ q }, isik)).toBe(true)
  expect(hits({ q: 'yok' }, isik)).toBe(false)
  expect(hits({ owner: ['u1'] }, isik)).toBe(true)
  expect(hits({ owner: ['none'] }, isik)).toBe(false)
  expect(hits({ owner: ['none'], quality: ['A', 'B'], overdue: true }, late)).toBe(true)
  expect(cardFilter({})).toBeUndefined()
})

test('a broken address is an unfiltered board', () => {
  expect(boardSearch({ owner: 'x', q: 5, overdue: 'ja' })).toEqual({})
  expect(boardSearch({ owner: ['u'], q: '', tag: [] })).toEqual({ owner: ['u'] })
})

test('amounts as people type them', () => {
  const cases: [string, number | null][] = [
    ['7.250.000', 725_000_000],
    ['7.250,50', 725_050],
    ['7250,50', 725_050],
    ['7,250.50', 725_050],
    ['₺ 1.000', 100_000],
    ['12', 1200],
    ['1.5', 150],
    ['', null],
    ['on bin', null],
    ['1.2.3', null],
  ]
  for (const [text, minor] of cases) expect(parseMoney(text), text).toBe(minor)
})
