// Commands on their way: on disk before they are sent, in order per topic, at most 32 unanswered,
// sent again with the same ids after every loss of the connection.
import type { CommandBody, Err, Res } from '@/wire/frames'
import type { PendingCommand } from './model'

export interface OutboxRow extends PendingCommand {
  /** Topics whose rows the command shows itself on; the first is usually its own. */
  on: string[]
  /** One line for the list of waiting commands. */
  label?: string
  state: 'queued' | 'parked'
  /** `missing`: what a person can still fill in. */
  error?: { code: string; message: string; missing?: string[] }
}

/** The fields for whose lack a command was refused. */
export function missingOf({ d, errors }: Pick<Err, 'd' | 'errors'>): string[] {
  const demanded = (d?.missing ?? []) as string[]
  const asked = (errors ?? []).filter(({ code }) => code === 'required')
  const named = asked.map(({ field }) => field).filter((field) => field.startsWith('fields.'))
  return [...new Set([...demanded, ...named.map((field) => field.slice('fields.'.length))])]
}

export interface OutboxStore {
  all: () => Promise<OutboxRow[]>
  put: (row: OutboxRow) => Promise<void>
  remove: (id: string) => Promise<void>
}

export interface SenderOptions {
  send: (command: CommandBody) => boolean
  onAcked: (row: OutboxRow, res: Res) => void
  /** Refused for good. */
  onFailed: (row: OutboxRow, err: Err) => void
  onChange: () => void
  now?: () => number
  random?: () => number
}

/** The server remembers command ids for 30 days; an older one could be done twice. */
export const OLDEST_MS = 29 * 86_400_000
const RESUME_TOGETHER = 2

export class Sender {
  private readonly queue = new Map<string, OutboxRow>()
  private readonly inflight = new Set<string>()
  private readonly blockedUntil = new Map<string, number>()
  private timer: ReturnType<typeof setTimeout> | undefined
  private limit = 32
  private up = false
  /** Of the commands that waited through the last outage. */
  draining: { done: number; total: number } | null = null

  constructor(private readonly options: SenderOptions) {}

  get waiting(): OutboxRow[] {
    return [...this.queue.values()]
  }
  has(id: string): boolean {
    return this.queue.has(id)
  }

  enqueue(row: OutboxRow): void {
    if (this.queue.has(row.id)) return
    this.queue.set(row.id, row)
    this.pump()
    this.options.onChange()
  }
  forget(id: string): void {
    if (!this.queue.delete(id)) return
    this.inflight.delete(id)
    this.pump()
    this.options.onChange()
  }

  connected(limit: number): void {
    this.up = true
    this.limit = Math.max(1, Math.min(32, limit))
    this.inflight.clear()
    this.blockedUntil.clear()
    this.draining = this.queue.size >= RESUME_TOGETHER ? { done: 0, total: this.queue.size } : null
    this.pump()
    this.options.onChange()
  }
  disconnected(): void {
    this.up = false
    this.inflight.clear()
    this.draining = null
    clearTimeout(this.timer)
    this.options.onChange()
  }

  res(frame: Res): boolean {
    const row = this.queue.get(frame.id)
    if (!row) return false
    this.leave(row)
    this.options.onAcked(row, frame)
    this.pump()
    this.options.onChange()
    return true
  }

  err(frame: Err): boolean {
    const row = frame.id === undefined ? undefined : this.queue.get(frame.id)
    if (!row) return false
    if (frame.retry_ms !== undefined) {
      // The rest of the topic waits too: order is kept.
      const random = this.options.random ?? Math.random
      this.inflight.delete(row.id)
      this.blockedUntil.set(row.topic, this.now() + frame.retry_ms * (1 + random()))
      this.wakeLater()
    } else {
      this.leave(row)
      this.options.onFailed(row, frame)
      this.pump()
    }
    this.options.onChange()
    return true
  }

  private leave(row: OutboxRow): void {
    this.queue.delete(row.id)
    this.inflight.delete(row.id)
    if (this.draining) {
      const done = this.draining.done + 1
      this.draining = done >= this.draining.total ? null : { ...this.draining, done }
    }
  }

  private pump(): void {
    if (!this.up) return
    const now = this.now()
    for (const row of this.queue.values()) {
      if (this.inflight.size >= this.limit) return
      if (this.inflight.has(row.id)) continue
      const until = this.blockedUntil.get(row.topic)
      if (until !== undefined) {
        if (until > now) continue
        this.blockedUntil.delete(row.topic)
      }
      const { id, topic, op, d } = row
      if (!this.options.send(row.if ? { id, topic, op, d, if: row.if } : { id, topic, op, d }))
        return
      this.inflight.add(id)
    }
  }

  private wakeLater(): void {
    clearTimeout(this.timer)
    const next = Math.min(...this.blockedUntil.values())
    this.timer = setTimeout(
      () => {
        this.pump()
        if (this.blockedUntil.size > 0) this.wakeLater()
      },
      Math.max(10, next - this.now() + 1),
    )
  }

  private now(): number {
    return this.options.now?.() ?? Date.now()
  }
}
