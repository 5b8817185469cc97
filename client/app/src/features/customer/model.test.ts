import { beforeEach, describe, expect, test } from 'vitest'
import { setTimeZone } from '@/i18n/format'
import { Topic } from '@/live/topic'
import type { CustomerDetail, Note, TimelineItem } from '@/wire/records'
import { customerModel, SELF } from './model'
import { byDay, entries, merged } from './timeline'

const key = 'customer:c1'
const record = {
  id: 'c1',
  name: 'Işıl Çağlayan',
  phones: [{ value: '+905324182764', display: '0532 418 27 64' }],
  emails: [],
  tags: ['kredi'],
  owners: ['u1'],
  custom: {},
  cards: [
    {
      id: 'k1',
      board_id: 'b1',
      board_name: 'Satış',
      stage_id: 's1',
      stage_name: 'Aday',
      stage_kind: 'open',
    },
  ],
  version: 3,
} as unknown as CustomerDetail

let topic: Topic
let seq: number
const said = (op: string, d: Record<string, unknown>, cmd?: string) =>
  topic.ev({
    t: 'ev',
    topic: key,
    seq: ++seq,
    at: '2026-11-21T08:40:00.000Z',
    by: 'u1',
    op,
    d,
    ...(cmd ? { cmd } : {}),
  })
const now = () => topic.view.get<CustomerDetail>('customer', SELF)
const give = (id: string, op: string, d: Record<string, unknown>) =>
  topic.add({ id, topic: key, op, d, at: Date.parse('2026-11-21T08:41:00Z') })

beforeEach(() => {
  seq = 7
  topic = new Topic(key, customerModel)
  topic.subbed({ t: 'subbed', id: 's', topic: key, epoch: 'e', seq: 7, mode: 'snapshot' })
  topic.snap({
    t: 'snap',
    topic: key,
    epoch: 'e',
    seq: 7,
    part: 0,
    last: true,
    d: { customer: record, notes: [] },
  })
})

describe('the customer topic', () => {
  test('shows a pending edit at once and drops it when refused', () => {
    give('x', 'customer.update', { name: 'Işıl Ç.', phones: ['+905324182764', '0212 111 22 33'] })
    expect(now()?.name).toBe('Işıl Ç.')
    expect(now()?.phones.map((p) => p.display)).toEqual(['0532 418 27 64', '0212 111 22 33'])
    topic.drop('x')
    expect(now()?.name).toBe('Işıl Çağlayan')
  })
  test('keeps the detail of a record when an event brings the bare one', () => {
    const { cards: _, ...bare } = record
    said('customer.updated', { customer: { ...bare, name: 'Yeni', version: 4 }, changed: ['name'] })
    expect(now()).toMatchObject({ name: 'Yeni', version: 4, cards: [{ id: 'k1' }] })
  })
  test('tags and owners follow events and commands alike', () => {
    give('t', 'customer.tag', { add: ['deniz'], remove: ['kredi'] })
    expect(now()?.tags).toEqual(['deniz'])
    said(
      'customer.tagged',
      { customer: 'c1', add: ['deniz'], remove: ['kredi'], tags: ['deniz'], version: 4 },
      't',
    )
    expect(now()?.tags).toEqual(['deniz'])
    expect(topic.pendingCommands).toEqual([])
  })
  test('a card moves with its stage', () => {
    give('m', 'card.move', { card: 'k1', to_stage: 's2' })
    expect(now()?.cards[0]?.stage_id).toBe('s2')
    said('card.archived', { card: 'k1', board: 'b1' })
    expect(now()?.cards).toEqual([])
  })
  test('what was merged can be split again at once, and is like the other once more', () => {
    said('customer.merged', { merge: 'm1', winner: record, loser: 'c2' })
    expect(now()?.merges.map((each) => [each.id, each.other, each.undone_at])).toEqual([
      ['m1', 'c2', null],
    ])
    said('customer.unmerged', { merge: 'm1', winner: record, loser: { ...record, id: 'c2' } })
    expect(now()?.merges.filter((each) => !each.undone_at)).toEqual([])
    expect(now()?.duplicate_count).toBe(1)
  })

  test('a merged record says into whom', () => {
    said('customer.merged', { merge: 'm1', winner: { ...record, id: 'c9' }, loser: 'c1' })
    expect(now()?.merged_into).toBe('c9')
  })
  test('every event is kept for the timeline', () => {
    said('note.added', { note: { id: 'n1', body: 'x', by: 'u1', created_at: '', edited_at: null } })
    expect([...topic.view.all('events')]).toHaveLength(1)
    expect([...topic.view.all('notes')]).toHaveLength(1)
  })
})

describe('the timeline', () => {
  const names = {
    user: String,
    stage: () => undefined,
    board: () => undefined,
    activityType: () => undefined,
    outcome: () => undefined,
  }
  const item = (n: number, at: string, op = 'customer.archived', d = {}): TimelineItem => ({
    topic: key,
    seq: n,
    at,
    by: 'u1',
    op,
    d,
  })
  beforeEach(() => setTimeZone('Europe/Istanbul'))

  test('tells an event once, newest first', () => {
    const a = item(1, '2026-11-20T09:00:00.000Z')
    const b = item(2, '2026-11-21T09:00:00.000Z')
    expect(merged([a], [b, a]).map((each) => each.seq)).toEqual([2, 1])
  })
  test('breaks at midnight in the tenant’s zone', () => {
    const all = entries(
      [item(2, '2026-11-20T21:30:00.000Z'), item(1, '2026-11-20T20:30:00.000Z')],
      new Map(),
      names,
    )
    expect(byDay(all, new Date('2026-11-21T09:00:00Z')).map((day) => day.ago)).toEqual([0, -1])
  })
  test('shows a note as it is now, and nothing of a removed one', () => {
    const note: Note = { id: 'n1', body: 'yeni', by: 'u1', created_at: '', edited_at: '' }
    const added = item(3, '2026-11-21T09:00:00.000Z', 'note.added', {
      note: { id: 'n1', body: 'eski' },
    })
    expect(entries([added], new Map([['n1', note]]), names)[0]?.detail).toBe('yeni')
    expect(entries([added], new Map(), names)[0]?.detail).toBeUndefined()
  })
})
