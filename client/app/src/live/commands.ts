// The commands of one tab: shown at once, written to disk, handed to whichever tab sends, answered.
import type { CommandBody, Err, Res } from '@/wire/frames'
import type { Disk } from './db'
import { uuidv7 } from './ids'
import { missingOf, OLDEST_MS, type OutboxRow, Sender } from './outbox'
import { setStatus } from './status'
import type { Topic } from './topic'

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

export type TabChannel = Pick<BroadcastChannel, 'postMessage' | 'close'> & {
  onmessage: BroadcastChannel['onmessage']
}

export interface CommandsOptions {
  send: (command: CommandBody) => boolean
  /** The topics that are open in this tab. */
  topic: (key: string) => Topic | undefined
  topics: () => Iterable<Topic>
  /** A command without anybody waiting for it was refused. */
  onRefused?: (row: OutboxRow, error: CommandError) => void
  channel?: TabChannel
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

/** When another topic holds the command, its own part of it may come a moment later. */
const LATE_EVENT_MS = 2000

export class Commands {
  readonly sender: Sender
  private readonly rows = new Map<string, OutboxRow>()
  /** Not on disk yet: sent after what has waited there longer. */
  private readonly unwritten = new Set<string>()
  private readonly waiters = new Map<string, Waiter>()
  private disk: Disk | undefined
  private leader = false
  private diskKnown: () => void = () => {}
  /** Commands are written one after the other, once it is known whether there is a disk. */
  private writes: Promise<unknown> = new Promise<void>((resolve) => {
    this.diskKnown = resolve
  })

  constructor(private readonly options: CommandsOptions) {
    this.sender = new Sender({
      send: options.send,
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

  /** What waited on the disk is shown again. */
  async attach(disk: Disk): Promise<void> {
    this.disk = disk
    for (const row of await disk.outbox.all()) {
      const parked = row.state === 'parked' || row.at < Date.now() - OLDEST_MS
      this.rows.set(row.id, parked ? { ...row, state: 'parked' } : row)
      if (!parked) this.show(row)
    }
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
  detach(): void {
    this.disk = undefined
  }
  /** This tab sends for all tabs of the browser now. */
  lead(): void {
    this.leader = true
    this.takeOver()
  }

  /** Plays what is pending over a topic that was just opened. */
  showOn(topic: Topic): void {
    for (const row of this.rows.values()) {
      if (row.state === 'queued' && row.on.includes(topic.key)) topic.add(row)
    }
  }

  /** Shows the command at once and sends it; the promise is the server's answer. */
  dispatch(init: CommandInit): Promise<Res> {
    const row = this.rowOf(init)
    const answer = new Promise<Res>((resolve, reject) => {
      this.waiters.set(row.id, { resolve, reject })
    })
    this.take(row)
    return answer
  }
  /** As `dispatch`, but nobody waits: a refusal is kept until a person has looked at it. */
  leave(init: CommandInit): void {
    this.take(this.rowOf(init))
  }

  private rowOf(init: CommandInit): OutboxRow {
    return {
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
  }
  private take(row: OutboxRow): void {
    this.rows.set(row.id, row)
    this.unwritten.add(row.id)
    this.show(row)
    this.report()
    this.writes = this.writes.then(() => this.write(row))
  }

  get parked(): OutboxRow[] {
    return [...this.rows.values()].filter((row) => row.state === 'parked')
  }
  get queued(): OutboxRow[] {
    return [...this.rows.values()].filter((row) => row.state === 'queued')
  }
  /** Gives a refused command once more, as a new one, with the fields that it lacked. */
  async retry(id: string, fields?: object): Promise<void> {
    const row = this.rows.get(id)
    if (!row) return
    await this.discard(id)
    const { topic, op, on, label } = row
    const d = fields ? { ...row.d, fields: { ...(row.d.fields as object), ...fields } } : row.d
    this.leave({ topic, op, d, alsoOn: on.slice(1), ...(label ? { label } : {}) })
  }
  async discard(id: string): Promise<void> {
    this.rows.delete(id)
    this.sender.forget(id)
    for (const topic of this.options.topics()) topic.drop(id)
    await this.disk?.outbox.remove(id).catch(() => undefined)
    this.report()
  }

  // Answers, from the own socket or from the tab that sends

  private acked(id: string, res: Res): void {
    const row = this.rows.get(id)
    this.rows.delete(id)
    for (const key of row?.on ?? []) {
      const topic = this.options.topic(key)
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
    for (const key of row.on) this.options.topic(key)?.drop(id)
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
        error: { code: err.reason ?? err.code, message: err.message, missing: missingOf(err) },
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
      this.unwritten.delete(row.id)
    } catch {
      // Nothing may be sent before it is on disk, unless there is no disk to put it on.
      if (this.disk) setStatus({ diskFailed: true })
      this.unwritten.delete(row.id)
      this.sender.enqueue(row)
      return
    }
    if (this.leader) this.sender.enqueue(row)
    else this.post({ k: 'queued', row })
  }

  private takeOver(): void {
    for (const row of this.rows.values()) {
      if (row.state === 'queued' && !this.unwritten.has(row.id)) this.sender.enqueue(row)
    }
  }

  private post(message: TabMessage): void {
    this.options.channel?.postMessage(message)
  }
  private show(row: OutboxRow): void {
    for (const key of row.on) this.options.topic(key)?.add(row)
  }
  private report(): void {
    const { draining } = this.sender
    setStatus({ pending: this.queued.length, parked: this.parked.length, draining })
  }
}
