// Rights that change while rows are held: what was shown before must not be continued, neither at
// once nor by somebody who comes back later.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { ClientFrame, Ev, ServerFrame } from '@/wire/frames'
import type { Transport } from './connection'
import type { Disk } from './db'
import { Engine } from './engine'
import { registerModel } from './model'

interface Item {
  id: string
}
registerModel('seen', {
  version: 1,
  snapshot(to, d: { items: Item[] }) {
    for (const item of d.items) to.put('items', item.id, item)
  },
  event: () => {},
})

const TOPIC = 'seen:1'
const EPOCH = 'e'

/** Two topics: the house tells of rights, the other one shows what they allow. */
class Server {
  sees = ['a', 'b', 'c']
  told: Ev[] = []
  peers = new Set<Peer>()
  snapshots = 0

  tell(op: string, d: unknown): void {
    const seq = this.told.length + 1
    this.told.push({ t: 'ev', topic: 'tenant', seq, at: '', by: 'u2', op, d })
  }
  cut(code: number): void {
    for (const peer of [...this.peers]) peer.cut(code)
  }
}

class Peer implements Transport {
  onopen: (() => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null
  constructor(private readonly server: Server) {
    server.peers.add(this)
    setTimeout(() => this.onopen?.(), 1)
  }
  send(text: string): void {
    const frame = JSON.parse(text) as ClientFrame
    if (frame.t === 'hello') {
      const resumed = frame.resume?.map((each) => each.topic) ?? []
      const limits = { topics: 128, inflight: 32, frame: 0, assembled: 0 }
      const who = { user: {} as never, tenant: {} as never }
      this.push({ t: 'welcome', sid: '', now: '', hb: 25_000, resumed, limits, ...who })
      for (const { topic, seq } of frame.resume ?? []) this.join(topic, seq)
    } else if (frame.t === 'sub') this.join(frame.topic, frame.since?.seq, frame.id)
  }
  private join(topic: string, since: number | undefined, id?: string): void {
    const seq = topic === 'tenant' ? this.server.told.length : 7
    const subbed = { t: 'subbed' as const, topic, epoch: EPOCH, seq, ...(id ? { id } : {}) }
    if (since === seq) this.push({ ...subbed, mode: 'live' })
    else if (since !== undefined) {
      this.push({ ...subbed, mode: 'replay' })
      for (const ev of this.server.told.slice(since)) this.push(ev)
    } else {
      this.push({ ...subbed, mode: 'snapshot' })
      const d = topic === TOPIC ? { items: this.server.sees.map((each) => ({ id: each })) } : {}
      if (topic === TOPIC) this.server.snapshots++
      this.push({ t: 'snap', topic, epoch: EPOCH, seq, part: 0, last: true, d })
    }
  }
  private push(frame: ServerFrame): void {
    setTimeout(() => this.onmessage?.({ data: JSON.stringify(frame) }), 1)
  }
  cut(code: number): void {
    this.server.peers.delete(this)
    this.onclose?.({ code })
  }
  close(): void {
    this.server.peers.delete(this)
  }
}

function client(server: Server) {
  const forget = vi.fn(async () => {})
  const onStale = vi.fn()
  const engine = new Engine({
    me: 'me',
    open: () => new Peer(server),
    token: async () => 'token',
    onEnd: () => {},
    onStale,
    schedule: (flush) => void setTimeout(flush, 1),
    random: () => 0.5,
  })
  const disk: Disk = {
    outbox: { all: async () => [], put: async () => {}, remove: async () => {} },
    topic: async () => undefined,
    keep: async () => {},
    drop: async () => {},
    forget,
    destroy: async () => {},
  }
  void engine.attach(disk)
  engine.lead()
  engine.subscribe('tenant')
  engine.subscribe(TOPIC)
  engine.start()
  const rows = () => (engine.find(TOPIC)?.list<Item>('items') ?? []).map(({ id }) => id).join('')
  return { engine, rows, forget, onStale }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const soon = () => vi.advanceTimersByTimeAsync(3000)

test('a socket that is told to begin again takes no position along', async () => {
  const server = new Server()
  const { engine, rows, forget, onStale } = client(server)
  await soon()
  expect(rows()).toBe('abc')
  server.sees = ['a']
  server.cut(4010)
  await soon()
  expect(rows()).toBe('a')
  expect(forget).toHaveBeenCalledOnce()
  expect(onStale).toHaveBeenCalledOnce()
  // More rights bring what was skipped before.
  server.sees = ['a', 'b', 'c', 'd']
  server.cut(4010)
  await soon()
  expect(rows()).toBe('abcd')
  engine.stop()
})

test.each([
  ['of a role', 'role.updated', { access: 'everybody' }],
  ['of oneself', 'user.updated', { access: 'user', user: { id: 'me' } }],
])('rights %s that changed while one was away', async (_, op, d) => {
  const server = new Server()
  const { engine, rows, forget, onStale } = client(server)
  await soon()
  server.cut(1006)
  server.sees = ['a']
  server.tell(op, d)
  await soon()
  expect(rows()).toBe('a')
  expect(forget).toHaveBeenCalledOnce()
  expect(onStale).toHaveBeenCalledOnce()
  engine.stop()
})

test('what changes nobody’s rights, or somebody else’s, is no reason to begin again', async () => {
  const server = new Server()
  const { engine, onStale } = client(server)
  await soon()
  server.cut(1006)
  server.tell('user.updated', { access: 'user', user: { id: 'other' } })
  server.tell('role.updated', { access: 'nobody' })
  await soon()
  expect(server.snapshots).toBe(1)
  expect(onStale).not.toHaveBeenCalled()
  engine.stop()
})
