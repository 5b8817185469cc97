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
  Subbed,
  Welcome,
} from '@/wire/frames'
import { type CommandError, type CommandInit, Commands, type TabChannel } from './commands'
import { Connection, type ConnectionOptions, type Transport } from './connection'
import type { Disk } from './db'
import { uuidv7 } from './ids'
import type { OutboxRow } from './outbox'
import { pulse, setStatus } from './status'
import { Subscription } from './subscription'

export { CommandError, type CommandInit } from './commands'

export interface EngineOptions {
  me: string
  open: () => Transport
  token: (force: boolean) => Promise<string | undefined>
  onEnd: ConnectionOptions['onEnd']
  /** A command without anybody waiting for it was refused. */
  onRefused?: (row: OutboxRow, error: CommandError) => void
  /** What was read elsewhere may be too much or too little by now. */
  onStale?: () => void
  /** Runs the callback once, soon: an animation frame in the app. */
  schedule: (flush: () => void) => void
  channel?: TabChannel
  random?: () => number
}

const LEAVE_AFTER_MS = 30_000
/** The topic that tells whose rights have changed. */
const HOUSE = 'tenant'

const touches = ({ d }: Ev, me: string): boolean => {
  const { access, user } = (d ?? {}) as { access?: string; user?: { id?: string } }
  return access === 'everybody' || (access === 'user' && user?.id === me)
}

export class Engine {
  readonly connection: Connection
  private readonly commands: Commands
  readonly cid = uuidv7()
  welcome: Welcome | undefined
  private readonly subscriptions = new Map<string, Subscription>()
  private readonly eventListeners = new Map<string, Set<(ev: Ev) => void>>()
  private readonly skipListeners = new Map<string, Set<() => void>>()
  private readonly dirty = new Set<Subscription>()
  private scheduled = false
  private disk: Disk | undefined
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
      onReset: () => this.beginAgain(),
      onEnd: options.onEnd,
      ...(options.random ? { random: options.random } : {}),
    })
    this.commands = new Commands({
      send: (command) => this.connection.send({ t: 'cmd', ...command }),
      topic: (key) => this.subscriptions.get(key)?.topic,
      topics: () => [...this.subscriptions.values()].map((subscription) => subscription.topic),
      ...(options.onRefused ? { onRefused: options.onRefused } : {}),
      ...(options.channel ? { channel: options.channel } : {}),
      ...(options.random ? { random: options.random } : {}),
    })
  }

  start(): void {
    setStatus({ phase: 'connecting' })
    this.connection.start()
  }
  stop(): void {
    this.connection.stop()
    setStatus({ phase: 'idle' })
    this.options.channel?.close()
    for (const subscription of this.subscriptions.values()) clearTimeout(subscription.leaveTimer)
  }

  /** The disk is open: what waited there is shown, and rows of earlier visits can be. */
  async attach(disk: Disk): Promise<void> {
    this.disk = disk
    for (const subscription of this.subscriptions.values()) void this.restore(subscription)
    await this.commands.attach(disk)
  }
  withoutDisk(): void {
    this.commands.withoutDisk()
  }
  lead(): void {
    this.commands.lead()
  }

  // Topics

  subscribe(key: string): Subscription {
    let subscription = this.subscriptions.get(key)
    if (!subscription) {
      subscription = new Subscription(key, (s) => this.markDirty(s))
      this.subscriptions.set(key, subscription)
      this.commands.showOn(subscription.topic)
      void this.restore(subscription)
      this.request(subscription)
    }
    subscription.users++
    clearTimeout(subscription.leaveTimer)
    if (subscription.status.get() === 'failed') this.renew(key)
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
  /** Nothing continues what was heard of a topic, here or on the disk; what is shown stays. */
  forget(key: string): void {
    const subscription = this.subscriptions.get(key)
    void this.disk?.drop(key).catch(() => undefined)
    if (!subscription) return
    subscription.topic.forget()
    subscription.savedSeq = -1
    subscription.presence.clear()
  }
  /** Asks for all of a topic that is open, in place of what was heard of it. */
  renew(key: string): void {
    const subscription = this.subscriptions.get(key)
    if (!subscription) return
    this.forget(key)
    if (subscription.status.get() === 'failed') subscription.status.set('loading')
    this.request(subscription)
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

  /** Something was committed that this user may not see; what counts hidden things is out of date. */
  onSkip(key: string, listener: () => void): () => void {
    const listeners = this.skipListeners.get(key) ?? new Set()
    this.skipListeners.set(key, listeners.add(listener))
    return () => listeners.delete(listener)
  }

  // Commands

  /** Shows the command at once and sends it; the promise is the server's answer. */
  dispatch(init: CommandInit): Promise<Res> {
    return this.commands.dispatch(init)
  }
  get parked(): OutboxRow[] {
    return this.commands.parked
  }
  get queued(): OutboxRow[] {
    return this.commands.queued
  }
  leave(init: CommandInit): void {
    this.commands.leave(init)
  }
  retry(id: string, fields?: object): Promise<void> {
    return this.commands.retry(id, fields)
  }
  discard(id: string): Promise<void> {
    return this.commands.discard(id)
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
    this.commands.detach()
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
    this.commands.sender.connected(this.welcome?.limits.inflight ?? 32)
  }
  private down(): void {
    this.subIds.clear()
    for (const subscription of this.subscriptions.values()) {
      subscription.requested = false
      subscription.presence.clear()
    }
    setStatus({ phase: 'down' })
    this.commands.sender.disconnected()
  }

  private request(subscription: Subscription, whole = false): void {
    const { key, topic } = subscription
    const id = `s${this.nextSub++}`
    const since = whole ? undefined : topic.position
    const from = since ? { since } : { snap: true }
    if (this.connection.send({ t: 'sub', id, topic: key, ...from })) {
      this.subIds.set(id, key)
      subscription.requested = true
    }
  }

  /** Something is missing. A server that cannot mend it is asked again with growing patience. */
  private repair(subscription: Subscription, whole = false): void {
    const times = subscription.repairs++
    if (times < 2) this.request(subscription, whole)
    else {
      subscription.requested = true
      setTimeout(() => this.request(subscription, true), Math.min(30_000, 250 * 2 ** times))
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
        if (frame.t === 'subbed') this.joined(subscription, frame)
        const verdict =
          frame.t === 'subbed'
            ? topic.subbed(frame)
            : frame.t === 'snap'
              ? topic.snap(frame)
              : topic.skip(frame)
        this.markDirty(subscription)
        if (verdict === 'gap') this.repair(subscription, frame.t === 'subbed')
        else subscription.repairs = 0
        if (frame.t === 'skip') for (const l of this.skipListeners.get(frame.topic) ?? []) l()
        return
      }
      case 'res':
        this.commands.sender.res(frame)
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
      this.repair(subscription)
      return
    }
    if ((subscription.topic.position?.seq ?? -1) === before) return
    if (frame.by !== this.options.me) pulse()
    for (const listener of this.eventListeners.get(frame.topic) ?? []) listener(frame)
    // At the very moment the server ends the socket instead, and all of it begins again.
    const wasMissed = frame.seq <= subscription.missedTo
    if (frame.topic === HOUSE && wasMissed && touches(frame, this.options.me)) this.beginAgain()
  }

  private joined(subscription: Subscription, { mode, seq }: Subbed): void {
    subscription.missedTo = mode === 'replay' ? seq : -1
    // Too much was missed to be told: whose rights changed meanwhile is not known.
    const isKnown = subscription.topic.position !== undefined
    if (subscription.key === HOUSE && mode === 'snapshot' && isKnown) this.beginAgain(subscription)
  }

  /** What is held, here and on the disk, may be more or less than may be seen now. */
  private beginAgain(besides?: Subscription): void {
    void this.disk?.forget().catch(() => undefined)
    for (const subscription of this.subscriptions.values()) {
      if (subscription === besides) continue
      this.renew(subscription.key)
    }
    this.options.onStale?.()
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
    this.commands.sender.err(frame)
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

  protected markDirty(subscription: Subscription): void {
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
