// The realtime engine of one tab: one socket, the topics that screens look at, the commands on
// their way. Frames go to topics; answers go to whoever gave the command.
import type {
  ClientFrame,
  EphemeralKind,
  Err,
  Ev,
  Position,
  Res,
  ServerFrame,
  Welcome,
} from '@/wire/frames'
import { Connection, type Transport } from './connection'
import type { Disk } from './db'
import { uuidv7 } from './ids'
import type { PendingCommand } from './model'
import { OLDEST_MS, type OutboxRow, Sender } from './outbox'
import { pulse, setStatus } from './status'
import { Subscription } from './subscription'

export interface CommandInit {
  topic: string
  op: string
  d: Record<string, unknown>
  if?: { ver: number }
  /** Further topics whose rows the command shows itself on at once. */
  alsoOn?: string[]
  label?: string
}

export class CommandError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly reason?: string,
    readonly data?: Record<string, unknown>,
    readonly fields?: Err['errors'],
  ) {
    super(message)
    this.name = 'CommandError'
  }
}

export interface EngineOptions {
  me: string
  open: () => Transport
  token: (force: boolean) => Promise<string | undefined>
  onEnd: (why: 'ended' | 'protocol') => void
  /** A command without anybody waiting for it was refused. */
  onRefused?: (row: OutboxRow, error: CommandError) => void
  /** Runs the callback once, soon: an animation frame in the app. */
  schedule: (flush: () => void) => void
  channel?: Pick<BroadcastChannel, 'postMessage' | 'close'> & {
    onmessage: BroadcastChannel['onmessage']
  }
  random?: () => number
}

interface Waiter {
  resolve: (res: Res) => void
  reject: (error: CommandError) => void
}
type TabMessage =
  | { k: 'queued'; row: OutboxRow }
  | { k: 'acked'; id: string; res: Res }
  | { k: 'failed'; id: string; err: Err }

const LEAVE_AFTER_MS = 30_000
const LATE_EVENT_MS = 2000

export class Engine {
  readonly connection: Connection
  readonly sender: Sender
  readonly cid = uuidv7()
  welcome: Welcome | undefined
  private readonly subscriptions = new Map<string, Subscription>()
  private readonly rows = new Map<string, OutboxRow>()
  private readonly waiters = new Map<string, Waiter>()
  private readonly eventListeners = new Map<string, Set<(ev: Ev) => void>>()
  private readonly dirty = new Set<Subscription>()
  private scheduled = false
  private disk: Disk | undefined
  private diskKnown: () => void = () => {}
  /** Commands are written one after the other, once it is known whether there is a disk. */
  private writes: Promise<unknown> = new Promise<void>((resolve) => {
    this.diskKnown = resolve
  })
  private leader = false
  private subIds = new Map<string, string>()
  private nextSub = 1

  constructor(private readonly options: EngineOptions) {
    this.connection = new Connection({
      open: options.open,
      token: options.token,
      hello: (token) => this.hello(token),
      onFrame: (frame) => this.receive(frame),
      onUp: () => this.up(),
      onDown: () => this.down(),
      onEnd: options.onEnd,
      ...(options.random ? { random: options.random } : {}),
    })
    this.sender = new Sender({
      send: (command) => this.connection.send({ t: 'cmd', ...command }),
      onAcked: (row, res) => {
        this.post({ k: 'acked', id: row.id, res })
        this.acked(row.id, res)
      },
      onFailed: (row, err) => {
        this.post({ k: 'failed', id: row.id, err })
        this.failed(row.id, err)
      },
      onChange: () => this.report(),
      ...(options.random ? { random: options.random } : {}),
    })
    if (options.channel) {
      options.channel.onmessage = ({ data }) => this.heard(data as TabMessage)
    }
  }

  start(): void {
    setStatus({ phase: 'connecting' })
    this.connection.start()
  }
  stop(): void {
    this.connection.stop()
    this.options.channel?.close()
    for (const subscription of this.subscriptions.values()) clearTimeout(subscription.leaveTimer)
  }

  /** The disk is open: what waited there is shown, and rows of earlier visits can be. */
  async attach(disk: Disk): Promise<void> {
    this.disk = disk
    for (const row of await disk.outbox.all()) {
      const parked = row.state === 'parked' || row.at < Date.now() - OLDEST_MS
      this.rows.set(row.id, parked ? { ...row, state: 'parked' } : row)
      if (!parked) this.show(row)
    }
    for (const subscription of this.subscriptions.values()) void this.restore(subscription)
    if (this.leader) this.takeOver()
    this.diskKnown()
    this.report()
  }
  /** No disk (private mode, quota): commands go directly. */
  withoutDisk(): void {
    setStatus({ diskFailed: true })
    this.diskKnown()
    this.lead()
  }
  /** This tab sends for all tabs of the browser now. */
  lead(): void {
    this.leader = true
    this.takeOver()
  }

  // Topics

  subscribe(key: string): Subscription {
    let subscription = this.subscriptions.get(key)
    if (!subscription) {
      subscription = new Subscription(key, (s) => this.markDirty(s))
      this.subscriptions.set(key, subscription)
      for (const row of this.rows.values()) {
        if (row.state === 'queued' && row.on.includes(key)) subscription.topic.add(row)
      }
      void this.restore(subscription)
      this.request(subscription)
    }
    subscription.users++
    clearTimeout(subscription.leaveTimer)
    if (subscription.status.get() === 'failed') {
      subscription.status.set('loading')
      this.request(subscription)
    }
    return subscription
  }
  release(key: string): void {
    const subscription = this.subscriptions.get(key)
    if (!subscription || --subscription.users > 0) return
    subscription.leaveTimer = setTimeout(() => {
      void this.keep(subscription)
      this.subscriptions.delete(key)
      subscription.presence.clear()
      this.connection.send({ t: 'unsub', id: `u${this.nextSub++}`, topic: key })
    }, LEAVE_AFTER_MS)
  }
  get topics(): Iterable<string> {
    return this.subscriptions.keys()
  }
  find(key: string): Subscription | undefined {
    return this.subscriptions.get(key)
  }
  onEvent(key: string, listener: (ev: Ev) => void): () => void {
    let listeners = this.eventListeners.get(key)
    if (!listeners) {
      listeners = new Set()
      this.eventListeners.set(key, listeners)
    }
    listeners.add(listener)
    return () => listeners.delete(listener)
  }

  // Commands

  /** Shows the command at once and sends it; the promise is the server's answer. */
  dispatch(init: CommandInit): Promise<Res> {
    const row: OutboxRow = {
      id: uuidv7(),
      topic: init.topic,
      op: init.op,
      d: init.d,
      ...(init.if ? { if: init.if } : {}),
      at: Date.now(),
      on: [init.topic, ...(init.alsoOn ?? [])],
      ...(init.label ? { label: init.label } : {}),
      state: 'queued',
    }
    const answer = new Promise<Res>((resolve, reject) => {
      this.waiters.set(row.id, { resolve, reject })
    })
    this.rows.set(row.id, row)
    this.show(row)
    this.report()
    this.writes = this.writes.then(() => this.write(row))
    return answer
  }

  get parked(): OutboxRow[] {
    return [...this.rows.values()].filter((row) => row.state === 'parked')
  }
  get queued(): OutboxRow[] {
    return [...this.rows.values()].filter((row) => row.state === 'queued')
  }
  /** Gives a refused command once more, as a new one. */
  async retry(id: string): Promise<void> {
    const row = this.rows.get(id)
    if (!row) return
    await this.discard(id)
    const { topic, op, d, on, label } = row
    await this.dispatch({ topic, op, d, alsoOn: on.slice(1), ...(label ? { label } : {}) })
  }
  async discard(id: string): Promise<void> {
    this.rows.delete(id)
    this.sender.forget(id)
    for (const subscription of this.subscriptions.values()) subscription.topic.drop(id)
    await this.disk?.outbox.remove(id).catch(() => undefined)
    this.report()
  }

  ephemeral(topic: string, k: EphemeralKind, d: unknown): void {
    this.connection.send({ t: 'eph', topic, k, d })
  }
  authenticate(token: string): void {
    this.connection.send({ t: 'auth', id: `a${this.nextSub++}`, token })
  }

  /** Keeps what is on screen, for the next start. */
  async keepAll(): Promise<void> {
    await Promise.all([...this.subscriptions.values()].map((s) => this.keep(s)))
  }
  async wipe(): Promise<void> {
    await this.disk?.destroy().catch(() => undefined)
    this.disk = undefined
  }

  // Frames

  private hello(token: string): ClientFrame {
    const resume: (Position & { topic: string })[] = []
    for (const { key, topic } of this.subscriptions.values()) {
      if (topic.position) resume.push({ topic: key, ...topic.position })
    }
    const frame: ClientFrame = { t: 'hello', v: 1, token, cid: this.cid }
    return resume.length > 0 ? { ...frame, resume } : frame
  }

  private up(): void {
    const resumed = new Set((this.welcome?.resumed ?? []).map(String))
    for (const subscription of this.subscriptions.values()) {
      if (resumed.has(subscription.key)) subscription.requested = true
      else this.request(subscription)
    }
    setStatus({ phase: 'live' })
    this.sender.connected(this.welcome?.limits.inflight ?? 32)
  }
  private down(): void {
    this.subIds.clear()
    for (const subscription of this.subscriptions.values()) {
      subscription.requested = false
      subscription.presence.clear()
    }
    setStatus({ phase: 'down' })
    this.sender.disconnected()
  }

  private request(subscription: Subscription, whole = false): void {
    const { key, topic } = subscription
    const id = `s${this.nextSub++}`
    const since = whole ? undefined : topic.position
    if (this.connection.send({ t: 'sub', id, topic: key, ...(since ? { since } : {}) })) {
      this.subIds.set(id, key)
      subscription.requested = true
    }
  }

  private receive(frame: ServerFrame): void {
    switch (frame.t) {
      case 'welcome':
        this.welcome = frame
        return
      case 'ev':
        return this.event(frame)
      case 'subbed':
      case 'snap':
      case 'skip': {
        const subscription = this.subscriptions.get(frame.topic)
        if (!subscription) return
        if (frame.t === 'subbed') {
          if (frame.id) this.subIds.delete(frame.id)
          subscription.requested = false
        } else if (subscription.requested) return
        const { topic } = subscription
        const verdict =
          frame.t === 'subbed'
            ? topic.subbed(frame)
            : frame.t === 'snap'
              ? topic.snap(frame)
              : topic.skip(frame)
        this.markDirty(subscription)
        // An answer that does not continue what is here: ask for everything.
        if (verdict === 'gap') this.request(subscription, frame.t === 'subbed')
        return
      }
      case 'res':
        this.sender.res(frame)
        return
      case 'err':
        return this.refused(frame)
      case 'pres':
        this.subscriptions.get(frame.topic)?.presence.pres(frame)
        return
      case 'eph':
        if (frame.by !== this.options.me) {
          this.subscriptions.get(frame.topic)?.presence.eph(frame)
        }
        return
      case 'lag': {
        const subscription = this.subscriptions.get(frame.topic)
        if (subscription) this.request(subscription)
        return
      }
      case 'ping':
        for (const [key, head] of Object.entries(frame.heads ?? {})) {
          const subscription = this.subscriptions.get(key)
          if (subscription && !subscription.requested && subscription.topic.isBehind(head)) {
            this.request(subscription)
          }
        }
    }
  }

  private event(frame: Ev): void {
    const subscription = this.subscriptions.get(frame.topic)
    if (!subscription || subscription.requested) return
    const before = subscription.topic.position?.seq ?? -1
    if (subscription.topic.ev(frame) === 'gap') {
      this.request(subscription)
      return
    }
    if ((subscription.topic.position?.seq ?? -1) === before) return
    if (frame.by !== this.options.me) pulse()
    for (const listener of this.eventListeners.get(frame.topic) ?? []) listener(frame)
  }

  private refused(frame: Err): void {
    const key = frame.id === undefined ? undefined : this.subIds.get(frame.id)
    if (frame.id !== undefined && key !== undefined) {
      this.subIds.delete(frame.id)
      const subscription = this.subscriptions.get(key)
      if (!subscription) return
      if (frame.retry_ms === undefined) subscription.fail(frame)
      else setTimeout(() => this.request(subscription), frame.retry_ms)
      return
    }
    this.sender.err(frame)
  }

  // Answers, from the own socket or from the tab that sends

  private acked(id: string, res: Res): void {
    const row = this.rows.get(id)
    this.rows.delete(id)
    for (const key of row?.on ?? []) {
      const topic = this.subscriptions.get(key)?.topic
      if (key === res.topic) topic?.acked(id, res.seq)
      // Another topic tells its own part of it a moment later.
      else if (topic) setTimeout(() => topic.drop(id), LATE_EVENT_MS)
    }
    void this.disk?.outbox.remove(id).catch(() => undefined)
    this.waiters.get(id)?.resolve(res)
    this.waiters.delete(id)
    this.report()
  }

  private failed(id: string, err: Err): void {
    const row = this.rows.get(id)
    if (!row) return
    for (const key of row.on) this.subscriptions.get(key)?.topic.drop(id)
    const error = new CommandError(err.code, err.message, err.reason, err.d, err.errors)
    const waiter = this.waiters.get(id)
    this.waiters.delete(id)
    if (waiter) {
      this.rows.delete(id)
      void this.disk?.outbox.remove(id).catch(() => undefined)
      waiter.reject(error)
    } else {
      // Given before a reload or in another tab: kept until a person has looked at it.
      const parked: OutboxRow = {
        ...row,
        state: 'parked',
        error: { code: err.reason ?? err.code, message: err.message },
      }
      this.rows.set(id, parked)
      if (this.leader) {
        void this.disk?.outbox.put(parked).catch(() => undefined)
        this.options.onRefused?.(parked, error)
      }
    }
    this.report()
  }

  private heard(message: TabMessage): void {
    if (message.k === 'queued') {
      if (this.rows.has(message.row.id)) return
      this.rows.set(message.row.id, message.row)
      this.show(message.row)
      if (this.leader) this.sender.enqueue(message.row)
    } else if (message.k === 'acked') this.acked(message.id, message.res)
    else this.failed(message.id, message.err)
    this.report()
  }

  private async write(row: OutboxRow): Promise<void> {
    try {
      if (!this.disk) throw new Error('no disk yet')
      await this.disk.outbox.put(row)
    } catch {
      // Nothing may be sent before it is on disk, unless there is no disk to put it on.
      if (this.disk) setStatus({ diskFailed: true })
      this.sender.enqueue(row)
      return
    }
    if (this.leader) this.sender.enqueue(row)
    else this.post({ k: 'queued', row })
  }

  private takeOver(): void {
    for (const row of this.rows.values()) if (row.state === 'queued') this.sender.enqueue(row)
  }

  private post(message: TabMessage): void {
    this.options.channel?.postMessage(message)
  }
  private show(row: OutboxRow): void {
    for (const key of row.on) this.subscriptions.get(key)?.topic.add(row as PendingCommand)
  }
  private report(): void {
    const { draining } = this.sender
    setStatus({ pending: this.queued.length, parked: this.parked.length, draining })
  }

  private async restore(subscription: Subscription): Promise<void> {
    const { key, topic } = subscription
    const kept = await this.disk?.topic(key).catch(() => undefined)
    if (!kept || topic.ready || kept.version !== topic.model.version) return
    topic.restore({ epoch: kept.epoch, seq: kept.seq }, kept.tables)
    subscription.savedSeq = kept.seq
    this.markDirty(subscription)
  }
  private async keep(subscription: Subscription): Promise<void> {
    const { key, topic } = subscription
    if (!this.disk || !topic.ready || !topic.position) return
    if (topic.position.seq === subscription.savedSeq) return
    subscription.savedSeq = topic.position.seq
    const kept = { key, ...topic.position, version: topic.model.version, savedAt: Date.now() }
    await this.disk.keep({ ...kept, tables: topic.dump() }).catch(() => undefined)
  }

  private markDirty(subscription: Subscription): void {
    this.dirty.add(subscription)
    if (this.scheduled) return
    this.scheduled = true
    this.options.schedule(() => {
      this.scheduled = false
      const now = [...this.dirty]
      this.dirty.clear()
      for (const s of now) s.flush()
    })
  }
}
