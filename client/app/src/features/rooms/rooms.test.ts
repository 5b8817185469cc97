// Rooms as rows: what events and commands do to the list and to a thread, and what is new to me.
import { beforeEach, describe, expect, test } from 'vitest'
import type { PendingCommand } from '@/live/model'
import { Topic } from '@/live/topic'
import type { Ev } from '@/wire/frames'
import type { Counted, Message, Mine, Room } from '@/wire/rooms'
import { isTold, mineOf } from './counts'
import {
  messageAfter,
  type RoomRow,
  reacted,
  roomModel,
  roomsModel,
  SELF,
  type ThreadMessage,
} from './model'
import { rowsOf, run } from './thread-rows'

const ME = 'ayse'
const at = (minute: number) => new Date(Date.UTC(2026, 10, 21, 9, minute)).toISOString()

const message = (n: number, by: string, more: Partial<Message> = {}): Message => ({
  id: `m${n}`,
  room_id: 'r1',
  n,
  kind: 'text',
  by,
  text: `${n}`,
  mentions: [],
  reply_to: null,
  reactions: [],
  created_at: at(n),
  edited_at: null,
  deleted_at: null,
  deleted_by: null,
  version: 1,
  ...more,
})
const mine: Mine = { role: 'owner', read: 0, unread: 0, mentions: 0, muted: 'nothing' }
const room = (more: Partial<Room> = {}): Room => ({
  id: 'r1',
  kind: 'direct',
  name: null,
  purpose: null,
  version: 1,
  created_by: ME,
  created_at: at(0),
  active_at: '2026-11-21T08:00:00.000Z',
  archived_at: null,
  members: [ME, 'elif'].map((user_id) => ({ user_id, role: 'owner', read: 0, joined_at: at(0) })),
  member_count: 2,
  last: 0,
  message: null,
  mine,
  ...more,
})

/** A topic that is there, with what happens on it. */
class Play {
  private seq = 0
  constructor(
    readonly topic: Topic,
    snapshot: unknown,
  ) {
    const here = { epoch: 'e', seq: 0 }
    topic.subbed({ t: 'subbed', topic: topic.key, mode: 'snapshot', ...here })
    topic.snap({ t: 'snap', topic: topic.key, part: 0, last: true, d: snapshot, ...here })
  }
  hear(op: string, d: unknown, more: Partial<Ev> = {}): void {
    const { key } = this.topic
    this.topic.ev({ t: 'ev', topic: key, seq: ++this.seq, at: at(59), by: null, op, d, ...more })
  }
  give(id: string, op: string, d: Record<string, unknown>): void {
    const command: PendingCommand = { id, topic: 'room:r1', op, d, at: Date.parse(at(58)) }
    this.topic.add(command)
  }
}
const list = (...rooms: Room[]) =>
  new Play(
    new Topic(
      'rooms',
      roomsModel(() => ME),
    ),
    { rooms },
  )
const thread = (messages: Message[], more: Partial<Room> = {}) =>
  new Play(
    new Topic(
      'room:r1',
      roomModel(() => ME),
    ),
    {
      room: room({ last: messages.at(-1)?.n ?? 0, ...more }),
      messages,
      more: false,
    },
  )

const row = (play: Play) => play.topic.view.get<RoomRow>('rooms', 'r1') as RoomRow
const said = (play: Play) => run(play.topic.view.all<ThreadMessage>('messages'), null)

describe('a thread', () => {
  let play: Play
  beforeEach(() => {
    play = thread([message(1, 'elif'), message(2, ME)])
  })

  test('what I send stands last at once, and is the same message when the server says it', () => {
    play.give('c1', 'message.send', { id: 'm-new', text: 'Geliyorum' })
    expect(said(play).map(({ id, n, sending }) => [id, n, sending])).toEqual([
      ['m1', 1, undefined],
      ['m2', 2, undefined],
      ['m-new', 3, true],
    ])
    // Somebody else was faster: mine comes after.
    play.hear('message.sent', { message: message(3, 'elif') })
    expect(said(play).map(({ id }) => id)).toEqual(['m1', 'm2', 'm3', 'm-new'])
    const mine = message(4, ME, { id: 'm-new', text: 'Geliyorum' })
    play.hear('message.sent', { message: mine }, { cmd: 'c1' })
    expect(
      said(play)
        .map(({ id, n, sending }) => [id, n, sending])
        .at(-1),
    ).toEqual(['m-new', 4, undefined])
    expect(play.topic.overlayIsEmpty).toBe(true)
  })

  test('a message that comes twice is there once', () => {
    play.hear('message.sent', { message: message(3, 'elif') })
    play.hear('message.edited', { message: message(3, 'elif', { text: 'yeni', version: 2 }) })
    expect(said(play).map(({ text }) => text)).toEqual(['1', '2', 'yeni'])
  })

  test('several that wait keep their order', () => {
    play.give('c1', 'message.send', { id: 'a', text: 'bir' })
    play.give('c2', 'message.send', { id: 'b', text: 'iki' })
    expect(
      said(play)
        .map(({ id, n }) => [id, n])
        .slice(2),
    ).toEqual([
      ['a', 3],
      ['b', 4],
    ])
  })

  test('deleting shows at once, a refusal brings it back, quotes follow', () => {
    const quote = { id: 'm2', n: 2, by: ME, text: '2', deleted: false }
    play.hear('message.sent', { message: message(3, 'elif', { reply_to: quote }) })
    play.give('c1', 'message.delete', { message: 'm2' })
    expect(said(play)[1]?.deleted_at).not.toBeNull()
    play.topic.drop('c1')
    expect(said(play)[1]).toMatchObject({ text: '2', deleted_at: null })
    play.hear('message.deleted', { message: message(2, ME, { text: '', deleted_at: at(9) }) })
    expect(said(play)[2]?.reply_to).toMatchObject({ deleted: true, text: '' })
  })

  test('a reaction said twice counts once', () => {
    play.give('c1', 'message.react', { message: 'm1', emoji: '👍', on: true })
    expect(said(play)[0]?.reactions).toEqual([{ emoji: '👍', by: [ME], count: 1 }])
    const reacted = { message_id: 'm1', n: 1, emoji: '👍', by: ME, on: true }
    play.hear('message.reacted', reacted, { cmd: 'c1' })
    play.hear('message.reacted', { ...reacted, by: 'elif' })
    expect(said(play)[0]?.reactions).toEqual([{ emoji: '👍', by: [ME, 'elif'], count: 2 }])
    play.hear('message.reacted', { ...reacted, on: false })
    play.hear('message.reacted', { ...reacted, by: 'elif', on: false })
    expect(said(play)[0]?.reactions).toEqual([])
  })

  test('who writes has read up to there, and reading is heard of others', () => {
    play.hear('message.sent', { message: message(3, 'elif') })
    play.hear('room.read', { room_id: 'r1', user: ME, n: 2 })
    const { members } = play.topic.view.get<Room>('room', SELF) as Room
    expect(members.map(({ user_id, read }) => [user_id, read])).toEqual([
      [ME, 2],
      ['elif', 3],
    ])
  })

  test('two corrections in a row are each of what the one before made', () => {
    play.give('c1', 'message.edit', { message: 'm2', text: 'bir' })
    expect(said(play)[1]).toMatchObject({ text: 'bir', version: 2 })
    play.give('c2', 'message.edit', { message: 'm2', text: 'iki' })
    expect(said(play)[1]).toMatchObject({ text: 'iki', version: 3 })
  })

  test('who joins a channel that nobody is in owns it', () => {
    play = thread([], { kind: 'channel', members: [], member_count: 0, mine: null })
    play.hear('member.added', { room_id: 'r1', users: [ME], by: ME, role: 'owner' })
    expect(play.topic.view.get<Room>('room', SELF)?.mine?.role).toBe('owner')
  })

  test('the disk keeps the latest two hundred, the screen all', () => {
    play = thread(Array.from({ length: 250 }, (_, i) => message(i + 1, 'elif')))
    expect(said(play)).toHaveLength(250)
    const [, kept] = play.topic.dump().find(([name]) => name === 'messages') ?? []
    const numbers = (kept ?? []).map(([, each]) => (each as Message).n)
    expect([numbers.length, Math.min(...numbers), Math.max(...numbers)]).toEqual([200, 51, 250])
  })

  test('being taken out and let in again', () => {
    const mineNow = () => play.topic.view.get<Room>('room', SELF)?.mine
    play.hear('member.removed', { room_id: 'r1', user: ME, heir: 'elif' })
    expect(mineNow()).toBeNull()
    play.hear('member.added', { room_id: 'r1', users: [ME], by: 'elif' })
    expect(mineNow()).toMatchObject({ role: 'member', unread: 0 })
  })
})

test('an event changes older messages that were read elsewhere in the same way', () => {
  const old = message(1, 'elif')
  const next = message(1, 'elif', { text: 'başka', version: 2 })
  expect(messageAfter(old, { op: 'message.edited', d: { message: next } })).toBe(next)
  expect(messageAfter(old, { op: 'message.edited', d: { message: message(2, ME) } })).toBe(old)
  expect(reacted(old, '👍', ME, false)).toBe(old)
  // What was told before it was read is known already.
  expect(messageAfter(next, { op: 'message.edited', d: { message: old } })).toBe(next)
})

describe('what is new to me', () => {
  const unread = (play: Play, mark?: Parameters<typeof mineOf>[1]) =>
    mineOf(row(play), mark)?.unread
  const touch = (play: Play, now: Message, before: Counted | null, minute = 59) =>
    play.hear('room.touched', { room_id: 'r1', message: now, before }, { at: at(minute) })
  const stood = (...mentions: string[]): Counted => ({ deleted: false, mentions })

  test('others’ messages count, mine do not and end the count', () => {
    const play = list(room({ last: 2, mine: { ...mine, read: 1, unread: 1 } }))
    play.hear('room.touched', { room_id: 'r1', message: message(3, 'elif', { mentions: [ME] }) })
    expect(mineOf(row(play))).toMatchObject({ unread: 2, mentions: 1 })
    expect(row(play).message?.n).toBe(3)
    play.hear('room.touched', { room_id: 'r1', message: message(4, ME) })
    expect(mineOf(row(play))).toMatchObject({ read: 4, unread: 0, mentions: 0 })
  })

  test('the same message touched again is not counted again; deleted it is not counted at all', () => {
    const play = list(room())
    const gone = message(1, 'elif', { deleted_at: at(3), text: '' })
    touch(play, message(1, 'elif'), null)
    touch(play, message(1, 'elif', { edited_at: at(2) }), stood())
    expect(unread(play)).toBe(1)
    touch(play, gone, stood())
    expect(unread(play)).toBe(0)
    touch(play, message(1, 'elif'), { deleted: true, mentions: [] })
    expect(unread(play)).toBe(1)
  })

  test('older messages count as they are changed, and the latest line stays', () => {
    const mineNow = { ...mine, read: 2, unread: 3, mentions: 1 }
    const play = list(room({ last: 5, message: message(5, 'elif'), mine: mineNow }))
    touch(play, message(3, 'elif', { deleted_at: at(8), text: '' }), stood(ME))
    expect(mineOf(row(play))).toMatchObject({ unread: 2, mentions: 0 })
    touch(play, message(4, 'elif', { mentions: [ME] }), stood())
    expect(mineOf(row(play))).toMatchObject({ unread: 2, mentions: 1 })
    touch(play, message(4, 'elif'), stood(ME))
    expect(mineOf(row(play))).toMatchObject({ unread: 2, mentions: 0 })
    // Read already: nothing of it waits.
    touch(play, message(2, 'elif', { deleted_at: at(8), text: '' }), stood())
    // Mine never did.
    touch(play, message(4, ME, { deleted_at: at(8), text: '' }), stood())
    expect(mineOf(row(play))).toMatchObject({ unread: 2, mentions: 0 })
    expect(row(play).message?.n).toBe(5)
  })

  test('a change that the mark has counted is not counted again, a later one is', () => {
    const play = list(room({ last: 5, mine: { ...mine, read: 0, unread: 5 } }))
    touch(play, message(4, 'elif', { deleted_at: at(6), text: '' }), stood(), 6)
    const mark = { ...mine, read: 2, unread: 2, mentions: 0, last: 5, at: at(7) }
    expect(unread(play, mark)).toBe(2)
    touch(play, message(5, 'elif', { deleted_at: at(8), text: '' }), stood(), 8)
    expect(unread(play, mark)).toBe(1)
  })

  test('a line that nobody said waits for nobody and moves nothing up', () => {
    const play = list(room({ last: 1, active_at: at(1), message: message(1, 'elif') }))
    const what = { act: 'renamed' as const, users: [], name: 'Yeni' }
    const line = message(2, 'elif', { kind: 'system', text: '', what })
    touch(play, line, null)
    expect(unread(play)).toBe(0)
    expect(row(play)).toMatchObject({ last: 2, message: { n: 2 }, active_at: at(1) })
    touch(play, message(3, 'elif'), null)
    expect(unread(play)).toBe(1)
    expect(row(play).active_at).toBe(at(3))
  })

  test('what another device of mine marked counts, and what came after it', () => {
    const play = list(room({ last: 5, mine: { ...mine, read: 0, unread: 5 } }))
    play.hear('room.touched', { room_id: 'r1', message: message(6, 'elif') })
    const mark = { ...mine, read: 6, unread: 0, mentions: 0, last: 6, at: at(7) }
    expect(unread(play, mark)).toBe(0)
    play.hear('room.touched', { room_id: 'r1', message: message(8, 'elif') })
    expect(unread(play, mark)).toBe(1)
    // Marked unread from the second on.
    expect(unread(play, { ...mark, read: 1, unread: 6, last: 8, at: at(9) })).toBe(6)
  })

  test('a mark from before I wrote is out of date', () => {
    const play = list(room({ last: 1 }))
    const mark = { ...mine, read: 0, unread: 1, mentions: 0, last: 1, at: at(1) }
    play.hear('room.touched', { room_id: 'r1', message: message(2, ME) })
    expect(unread(play, mark)).toBe(0)
  })

  test('a mark from before a snapshot is out of date, however late it was said', () => {
    // Marked at the fifth, then I wrote the sixth elsewhere, of which no mark tells.
    const play = list(room({ last: 6, mine: { ...mine, read: 6 } }))
    const mark = { ...mine, read: 1, unread: 4, mentions: 1, last: 5, at: at(58) }
    expect(mineOf(row(play), mark)).toMatchObject({ read: 6, unread: 0, mentions: 0 })
    // At the same message nobody wrote since: what I marked then holds.
    expect(mineOf(row(play), { ...mark, last: 6 })).toMatchObject({ read: 1, unread: 4 })
  })

  test('a mark from before I was let in again is of an earlier time', () => {
    const play = list(room({ last: 5 }))
    const mark = { ...mine, read: 1, unread: 4, mentions: 0, last: 5, at: at(10) }
    play.hear('member.removed', { room_id: 'r1', user: ME }, { at: at(20) })
    const again = room({ last: 5, mine: null, members: [] })
    const added = { room_id: 'r1', users: [ME], by: 'elif', role: 'member', room: again }
    play.hear('member.added', added, { at: at(21) })
    expect(mineOf(row(play), mark)).toMatchObject({ read: 5, unread: 0 })
    expect(mineOf(row(play), { ...mark, at: at(22) })).toMatchObject({ read: 1, unread: 4 })
  })

  test('marking shows at once and stays through what comes meanwhile', () => {
    const play = list(room({ last: 3, mine: { ...mine, read: 0, unread: 3 } }))
    play.give('c1', 'room.read', { n: 3 })
    expect(unread(play)).toBe(0)
    play.hear('room.touched', { room_id: 'r1', message: message(4, 'elif') })
    expect(unread(play)).toBe(1)
    play.give('c2', 'room.unread', { from: 2 })
    expect(mineOf(row(play))).toMatchObject({ read: 1, unread: 3 })
  })

  test('what is muted is not told', () => {
    const waits = { unread: 2, mentions: 0, muted: 'nothing' } as const
    expect(isTold(waits)).toBe(true)
    expect(isTold({ ...waits, muted: 'unmentioned' })).toBe(false)
    expect(isTold({ ...waits, muted: 'unmentioned', mentions: 1 })).toBe(true)
    expect(isTold({ ...waits, muted: 'all', mentions: 1 })).toBe(false)
  })

  test('a room that I am added to appears, one of others does not, and leaving takes it away', () => {
    const play = list()
    const other = room({ mine: null, members: [] })
    play.hear('room.created', { room: other })
    expect(row(play)).toBeUndefined()
    play.hear('member.added', {
      room_id: 'r1',
      users: [ME],
      by: 'elif',
      room: { ...other, last: 7 },
    })
    expect(row(play).mine).toMatchObject({ role: 'member', read: 7, unread: 0 })
    play.hear('member.removed', { room_id: 'r1', user: ME })
    expect(row(play)).toBeUndefined()
  })
})

describe('a thread in rows', () => {
  test('only messages without a gap hang together', () => {
    const all = [1, 2, 5, 6, 7].map((n) => message(n, ME))
    const numbers = (n: number | null) => run(all, n).map((each) => each.n)
    expect(numbers(null)).toEqual([5, 6, 7])
    expect(numbers(2)).toEqual([1, 2])
    expect(numbers(99)).toEqual([5, 6, 7])
  })

  test('days, groups of one author, and the line above the new ones', () => {
    const nextDay = '2026-11-22T09:00:00.000Z'
    const all = [
      message(1, 'elif'),
      message(2, 'elif'),
      message(3, ME),
      message(4, 'elif'),
      message(5, 'elif', { created_at: nextDay }),
    ]
    const rows = rowsOf(all, [], ME, 3)
    expect(rows.map((each) => each.day !== undefined)).toEqual([true, false, false, false, true])
    expect(rows.map((each) => each.isFirst)).toEqual([true, false, true, true, true])
    // My own message is not new to me: the line stands above the next one.
    expect(rows.map((each) => each.fresh)).toEqual([undefined, undefined, undefined, 2, undefined])
  })

  test('a refused message stays at the end with its words', () => {
    const failed = {
      id: 'c1',
      topic: 'room:r1',
      op: 'message.send',
      d: { id: 'm-new', text: 'Kalsın' },
      at: 0,
      on: [],
      state: 'parked' as const,
    }
    expect(rowsOf([message(1, ME)], [failed], ME, null).at(-1)).toMatchObject({
      key: 'm-new',
      failed: { id: 'c1' },
      message: { text: 'Kalsın' },
    })
  })
})
