// Taken out of a room and let in again while it is open: nothing deaf stays on the screen.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Disk } from '@/live/db'
import { Engine } from '@/live/engine'
import { session } from '@/session/session'
import type { ClientFrame, Ev, PresenceRecord, ServerFrame } from '@/wire/frames'
import type { Me } from '@/wire/records'
import type { Message, Room } from '@/wire/rooms'
import { followRooms } from './follow'
import { type RoomRow, SELF } from './model'

const { get } = vi.hoisted(() => ({ get: vi.fn() }))
vi.mock('@/session/api', async (original) => ({ ...(await original<object>()), api: { get } }))

const ME = 'ayse'
const AT = '2026-11-21T09:00:00.000Z'
const OPEN = 'room:r1'

const room = (more: Partial<Room> = {}): Room => ({
  id: 'r1',
  kind: 'group',
  name: 'Satış',
  purpose: null,
  version: 1,
  created_by: ME,
  created_at: AT,
  active_at: '2026-11-21T08:00:00.000Z',
  archived_at: null,
  members: [ME, 'elif'].map((user_id) => ({ user_id, role: 'member', read: 0, joined_at: AT })),
  member_count: 2,
  last: 1,
  message: null,
  mine: { role: 'member', read: 1, unread: 0, mentions: 0, muted: 'nothing' },
  ...more,
})

/** Two topics; to `room:r1` only members are let in, and whoever is taken out is told nothing more. */
class Server {
  isMember = true
  said = ['bir']
  seq = { rooms: 0, [OPEN]: 0 }
  hearing = new Set<string>()
  snapshots: string[] = []
  onopen: (() => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  onclose = null
  kind: Room['kind'] = 'group'

  constructor() {
    setTimeout(() => this.onopen?.(), 1)
  }
  close(): void {}
  send(text: string): void {
    const frame = JSON.parse(text) as ClientFrame
    if (frame.t === 'hello') {
      const limits = { topics: 128, inflight: 32, frame: 0, assembled: 0 }
      const who = { user: {} as never, tenant: {} as never }
      this.push({ t: 'welcome', sid: '', now: '', hb: 25_000, resumed: [], limits, ...who })
    } else if (frame.t === 'sub') this.join(frame.topic as 'rooms', frame.id ?? '')
  }
  private join(topic: 'rooms' | typeof OPEN, id: string): void {
    if (topic === OPEN && !this.isMember) {
      this.push({ t: 'err', id, code: 'not_found', message: '' })
      return
    }
    this.hearing.add(topic)
    this.snapshots.push(topic)
    const here = { topic, epoch: 'e', seq: this.seq[topic] }
    const now = room({ kind: this.kind, last: this.said.length })
    const messages = this.said.map((text, i) => ({ id: `m${i}`, n: i + 1, text, version: 1 }))
    const d = topic === OPEN ? { room: now, messages, more: false } : { rooms: [now] }
    this.push({ t: 'subbed', id, mode: 'snapshot', ...here })
    this.push({ t: 'snap', part: 0, last: true, d, ...here })
  }
  tell(topic: 'rooms' | typeof OPEN, op: string, d: unknown): void {
    const ev: Ev = { t: 'ev', topic, seq: ++this.seq[topic], at: AT, by: 'elif', op, d }
    if (this.hearing.has(topic)) this.push(ev)
  }
  both(op: string, d: object, listed: object = {}): void {
    this.tell(OPEN, op, d)
    this.tell('rooms', op, { ...d, ...listed })
  }
  private push(frame: ServerFrame): void {
    setTimeout(() => this.onmessage?.({ data: JSON.stringify(frame) }), 1)
  }
}

let server: Server
let live: Engine
let stop: () => void
const drop = vi.fn(async (_key: string) => {})
const settle = () => vi.advanceTimersByTimeAsync(50)

async function start(kind: Room['kind'] = 'group'): Promise<void> {
  server = new Server()
  server.kind = kind
  live = new Engine({
    me: ME,
    open: () => server,
    token: async () => 'token',
    onEnd: () => {},
    schedule: (flush) => void setTimeout(flush, 1),
    random: () => 0.5,
  })
  const disk: Disk = {
    outbox: { all: async () => [], put: async () => {}, remove: async () => {} },
    topic: async () => undefined,
    keep: async () => {},
    drop,
    forget: async () => {},
    destroy: async () => {},
  }
  await live.attach(disk)
  live.lead()
  live.subscribe('rooms')
  live.subscribe(OPEN)
  stop = followRooms(live, ME)
  live.start()
  await settle()
  server.snapshots = []
}
const words = () => (live.find(OPEN)?.list<Message>('messages') ?? []).map(({ text }) => text)
const listed = () => live.find('rooms')?.get<RoomRow>('rooms', 'r1')

beforeEach(() => {
  session.enter({
    user: { id: ME },
    tenant: { id: 't1', time_zone: 'Europe/Istanbul' },
    permissions: ['chat.use'],
    visibility: 'all',
  } as unknown as Me)
  vi.useFakeTimers()
  drop.mockClear()
  get.mockReset()
})
afterEach(() => {
  stop()
  live.stop()
  vi.useRealTimers()
  session.leave()
})

function takeOut(): void {
  server.both('member.removed', { room_id: 'r1', user: ME })
  server.isMember = false
  server.hearing.delete(OPEN)
}
function letIn(): void {
  server.isMember = true
  const last = server.said.length
  const members = [{ user_id: ME, role: 'member' as const, read: last, joined_at: AT }]
  const now = room({ kind: server.kind, mine: null, last, members })
  server.both('member.added', { room_id: 'r1', users: [ME], by: 'elif' }, { room: now })
}

test('who is let in again hears again, also what was said meanwhile', async () => {
  await start()
  const full = [{ user: 'elif', state: 'online' } as PresenceRecord]
  live.find(OPEN)?.presence.pres({ t: 'pres', topic: OPEN, full })
  takeOut()
  await settle()
  expect(live.find(OPEN)?.get<Room>('room', SELF)?.mine).toBeNull()
  // Nothing continues what was held, not even at the next start.
  expect(live.find(OPEN)?.topic.position).toBeUndefined()
  expect(drop).toHaveBeenCalledWith(OPEN)
  expect(live.find(OPEN)?.presence.state.get().people).toEqual([])
  expect(listed()).toBeUndefined()

  server.said.push('sen yokken')
  server.tell(OPEN, 'message.sent', {})
  letIn()
  await settle()
  expect(words()).toEqual(['bir', 'sen yokken'])
  expect(listed()?.mine).toMatchObject({ read: 2, unread: 0 })
  const message = { id: 'm9', n: 3, text: 'hoş geldin', by: 'elif', kind: 'text', version: 1 }
  server.tell(OPEN, 'message.sent', { message })
  await settle()
  expect(words()).toEqual(['bir', 'sen yokken', 'hoş geldin'])
})

test('a room whose address was opened too early is there once I am let in', async () => {
  await start()
  takeOut()
  live.renew(OPEN)
  await settle()
  expect(live.find(OPEN)?.status.get()).toBe('failed')
  letIn()
  await settle()
  expect(live.find(OPEN)?.status.get()).toBe('ready')
  expect(words()).toEqual(['bir'])
})

test('a channel is read on by who leaves it, and nothing is asked again', async () => {
  await start('channel')
  server.both('member.removed', { room_id: 'r1', user: ME })
  letIn()
  await settle()
  expect(server.snapshots).toEqual([])
  server.tell(OPEN, 'room.read', { room_id: 'r1', user: 'elif', n: 1 })
  await settle()
  expect(live.find(OPEN)?.topic.position?.seq).toBe(3)
})

test('others who come and go are no reason to ask', async () => {
  await start()
  server.both('member.removed', { room_id: 'r1', user: 'elif' })
  server.both('member.added', { room_id: 'r1', users: ['elif'], by: ME }, { room: room() })
  await settle()
  expect(server.snapshots).toEqual([])
  expect(drop).not.toHaveBeenCalled()
})

test('a room that comes out of the archive unknown is read for what waits there', async () => {
  await start()
  const put = { ...room({ mine: null }), id: 'r2' }
  get.mockResolvedValue({ ...put, mine: { ...room().mine, unread: 3, muted: 'all' } })
  server.tell('rooms', 'room.restored', { room: put })
  await settle()
  expect(get).toHaveBeenCalledWith('/rooms/r2')
  expect(server.snapshots).toEqual(['rooms'])
  // Of a large channel nobody knows from the event whether I am in it.
  get.mockResolvedValue({ ...put, id: 'r3', mine: null })
  const large = { ...put, id: 'r3', kind: 'channel', members: [], member_count: 300 }
  server.tell('rooms', 'room.restored', { room: large })
  await settle()
  expect(get).toHaveBeenLastCalledWith('/rooms/r3')
  expect(server.snapshots).toEqual(['rooms'])
  // A known one is known.
  server.tell('rooms', 'room.restored', { room: room({ mine: null }) })
  await settle()
  expect(get).toHaveBeenCalledTimes(2)
})
