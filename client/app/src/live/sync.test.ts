// The sync model under random weather: commands, lost sockets, duplicates, lost frames, two clients.
// At rest both clients equal the server and nothing is left over the base.
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { ClientFrame, CommandBody, Ev, ServerFrame } from '@/wire/frames'
import type { Transport } from './connection'
import { Engine } from './engine'
import { registerModel } from './model'

interface Item {
  id: string
  place: number
}
registerModel('list', {
  version: 1,
  snapshot(to, d: { items: Item[] }) {
    for (const item of d.items) to.put('items', item.id, item)
  },
  event(to, ev) {
    const item = ev.d as Item
    to.put('items', item.id, item)
  },
  predict(to, command) {
    to.put('items', String(command.d.id), {
      id: String(command.d.id),
      place: Number(command.d.place),
    })
  },
})

const TOPIC = 'list:1'

/** The contract's server, in memory: one topic, a journal, command results. */
class Server {
  epoch = 'e1'
  seq = 0
  rows = new Map<string, Item>()
  journal: Ev[] = []
  results = new Map<string, number>()
  peers = new Set<Peer>()
  keep = 1000

  accept(body: CommandBody): { seq: number; dup: boolean } {
    const known = this.results.get(body.id)
    if (known !== undefined) return { seq: known, dup: true }
    const d = body.d as Item
    this.seq++
    this.rows.set(d.id, { id: d.id, place: d.place })
    const ev: Ev = {
      t: 'ev',
      topic: TOPIC,
      seq: this.seq,
      at: '',
      by: 'u',
      op: 'item.put',
      d,
      cmd: body.id,
    }
    this.journal.push(ev)
    this.results.set(body.id, this.seq)
    for (const peer of this.peers) if (peer.subscribed) peer.push(ev)
    return { seq: this.seq, dup: false }
  }
  restored(): void {
    this.epoch = `${this.epoch}+`
    for (const peer of [...this.peers]) peer.cut(4010)
  }
}

class Peer implements Transport {
  onopen: (() => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null
  subscribed = false
  private open = true
  private out: ServerFrame[] = []
  /** Frames of the server that get lost, duplicated or refused next. */
  trouble: ('drop' | 'twice' | 'busy')[] = []

  constructor(private readonly server: Server) {
    server.peers.add(this)
    setTimeout(() => this.onopen?.(), 1)
  }
  send(text: string): void {
    if (!this.open) return
    const frame = JSON.parse(text) as ClientFrame
    if (frame.t === 'hello') {
      this.push({
        t: 'welcome',
        sid: '',
        now: '',
        hb: 25_000,
        resumed: frame.resume?.map((r) => r.topic) ?? [],
        user: {} as never,
        tenant: {} as never,
        limits: { topics: 128, inflight: 32, frame: 0, assembled: 0 },
      })
      for (const { topic, ...since } of frame.resume ?? []) this.subscribe(topic, since)
    } else if (frame.t === 'sub') this.subscribe(frame.topic, frame.since, frame.id)
    else if (frame.t === 'cmd') {
      if (this.trouble[0] === 'busy') {
        this.trouble.shift()
        this.push({ t: 'err', id: frame.id, code: 'busy', message: '', retry_ms: 50 })
        return
      }
      const { seq, dup } = this.server.accept(frame)
      this.push({ t: 'res', id: frame.id, ok: true, topic: TOPIC, seq, ...(dup ? { dup } : {}) })
    }
  }
  private subscribe(
    topic: string,
    since: { epoch: string; seq: number } | undefined,
    id?: string,
  ): void {
    this.subscribed = true
    const { epoch, seq, journal } = this.server
    const base = { t: 'subbed' as const, topic, epoch, seq, ...(id ? { id } : {}) }
    const held = since?.epoch === epoch && since.seq <= seq && since.seq >= seq - this.server.keep
    if (held && since.seq === seq) this.push({ ...base, mode: 'live' })
    else if (held) {
      this.push({ ...base, mode: 'replay' })
      for (const ev of journal.filter((e) => e.seq > since.seq)) this.push(ev)
    } else {
      const items = [...this.server.rows.values()]
      const half = Math.ceil(items.length / 2)
      this.push({ ...base, mode: 'snapshot' })
      this.push({
        t: 'snap',
        topic,
        epoch,
        seq,
        part: 0,
        last: false,
        d: { items: items.slice(0, half) },
      })
      this.push({
        t: 'snap',
        topic,
        epoch,
        seq,
        part: 1,
        last: true,
        d: { items: items.slice(half) },
      })
    }
  }
  push(frame: ServerFrame): void {
    if (!this.open) return
    // Only events may get lost or doubled here: that is what seq is for.
    if (frame.t === 'ev' && this.trouble[0] === 'drop') this.trouble.shift()
    else if (frame.t === 'ev' && this.trouble[0] === 'twice') {
      this.trouble.shift()
      this.out.push(frame, frame)
    } else this.out.push(frame)
    setTimeout(() => this.flush(), 1)
  }
  private flush(): void {
    for (const frame of this.out.splice(0)) this.onmessage?.({ data: JSON.stringify(frame) })
  }
  cut(code = 1006): void {
    if (!this.open) return
    this.open = false
    this.server.peers.delete(this)
    this.onclose?.({ code })
  }
  close(): void {
    this.open = false
    this.server.peers.delete(this)
  }
  ping(): void {
    this.push({ t: 'ping', n: 1, heads: { [TOPIC]: this.server.seq } })
  }
}

class Client {
  peer: Peer | undefined
  readonly engine: Engine
  readonly answers: Promise<unknown>[] = []
  acked = 0

  constructor(server: Server) {
    this.engine = new Engine({
      me: 'me',
      open: () => {
        this.peer = new Peer(server)
        return this.peer
      },
      token: async () => 'token',
      onEnd: () => {},
      schedule: (flush) => void setTimeout(flush, 16),
      random: () => 0.5,
    })
    this.engine.withoutDisk()
    this.engine.subscribe(TOPIC)
    this.engine.start()
  }
  put(id: string, place: number): void {
    this.answers.push(
      this.engine.dispatch({ topic: TOPIC, op: 'item.put', d: { id, place } }).then(() => {
        this.acked++
      }),
    )
  }
  get rows(): Record<string, number> {
    const list = this.engine.find(TOPIC)?.list<Item>('items') ?? []
    return Object.fromEntries(
      [...list].sort((a, b) => a.id.localeCompare(b.id)).map((i) => [i.id, i.place]),
    )
  }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      k: fc.constant('put' as const),
      who: fc.nat(1),
      id: fc.nat(6),
      place: fc.nat(99),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      k: fc.constant('cut' as const),
      who: fc.nat(1),
      code: fc.constantFrom(1006, 1012, 4008, 4000),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      k: fc.constant('trouble' as const),
      who: fc.nat(1),
      what: fc.constantFrom('drop' as const, 'twice' as const, 'busy' as const),
    }),
  },
  { weight: 3, arbitrary: fc.record({ k: fc.constant('wait' as const), ms: fc.nat(700) }) },
  { weight: 1, arbitrary: fc.record({ k: fc.constant('restore' as const) }) },
  { weight: 1, arbitrary: fc.record({ k: fc.constant('forget' as const) }) },
)

test('random commands, cuts, lost and doubled events: both clients end as the server, overlay empty', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (plan) => {
      const server = new Server()
      const clients = [new Client(server), new Client(server)] as const
      let given = 0
      for (const s of plan) {
        if (s.k === 'put') {
          clients[s.who as 0 | 1].put(`i${s.id}`, s.place)
          given++
        } else if (s.k === 'cut') clients[s.who as 0 | 1].peer?.cut(s.code)
        else if (s.k === 'trouble') clients[s.who as 0 | 1].peer?.trouble.push(s.what)
        else if (s.k === 'restore') server.restored()
        else if (s.k === 'forget') server.keep = 2
        else await vi.advanceTimersByTimeAsync(s.ms)
      }
      for (const client of clients) if (client.peer) client.peer.trouble = []
      await vi.advanceTimersByTimeAsync(30_000)
      // A lost tail is found by the heads of the next heartbeat.
      for (const client of clients) client.peer?.ping()
      await vi.advanceTimersByTimeAsync(5000)
      const truth = Object.fromEntries(
        [...server.rows.values()]
          .sort((a, b) => a.id.localeCompare(b.id))
          .map((i) => [i.id, i.place]),
      )
      for (const client of clients) {
        expect(client.rows).toEqual(truth)
        expect(client.engine.find(TOPIC)?.topic.overlayIsEmpty).toBe(true)
        expect(client.engine.queued).toEqual([])
        client.engine.stop()
      }
      expect(clients[0].acked + clients[1].acked).toBe(given)
      expect(server.seq).toBe(given)
    }),
    { numRuns: 150 },
  )
}, 60_000)

test('a command is visible at once, survives the cut, and is sent again with the same id', async () => {
  const server = new Server()
  const client = new Client(server)
  await vi.advanceTimersByTimeAsync(100)
  client.peer?.cut()
  client.put('a', 7)
  await vi.advanceTimersByTimeAsync(20)
  expect(client.rows).toEqual({ a: 7 })
  expect(server.rows.size).toBe(0)
  await vi.advanceTimersByTimeAsync(2000)
  expect(server.rows.get('a')?.place).toBe(7)
  expect(client.acked).toBe(1)
  client.engine.stop()
})

test('a refused command leaves no trace', async () => {
  const server = new Server()
  const client = new Client(server)
  await vi.advanceTimersByTimeAsync(100)
  server.accept = () => {
    throw new Error('not reached')
  }
  const peer = client.peer as Peer
  peer.send = (text) => {
    const frame = JSON.parse(text) as { id: string }
    peer.push({ t: 'err', id: frame.id, code: 'conflict', reason: 'stage_full', message: 'full' })
  }
  const answer = client.engine.dispatch({ topic: TOPIC, op: 'item.put', d: { id: 'z', place: 1 } })
  const refused = expect(answer).rejects.toMatchObject({ reason: 'stage_full' })
  await vi.advanceTimersByTimeAsync(20)
  await refused
  expect(client.rows).toEqual({})
  expect(client.engine.queued).toEqual([])
  client.engine.stop()
})
