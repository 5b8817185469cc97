// One topic: base at (epoch, seq), pending commands over it, and a check that nothing is missing.
// No network and no clock here; the engine feeds it frames and does what it asks for.
import type { Ev, Position, Skip, Snap, Subbed } from '@/wire/frames'
import type { PendingCommand, TopicModel } from './model'
import { Base, Overlay, type Reader, type Row, Touched } from './tables'

interface Pending {
  command: PendingCommand
  /** The server has committed it at this position; it leaves once the base is there. */
  ackedAt?: number
}

export type Verdict = 'ok' | 'gap'

export class Topic {
  position: Position | undefined
  /** Rows may be shown: from the server or from disk. */
  ready = false
  private base = new Base()
  private overlay = new Overlay(this.base)
  private readonly pending = new Map<string, Pending>()
  private arriving: { position: Position; base: Base } | undefined
  private touched = new Touched()

  constructor(
    readonly key: string,
    readonly model: TopicModel,
    /** Called when rows changed; the engine notifies once a frame. */
    private readonly changed: () => void = () => {},
  ) {}

  get view(): Reader {
    return this.overlay
  }
  get committed(): Reader {
    return this.base
  }
  get pendingCommands(): PendingCommand[] {
    return [...this.pending.values()].map((p) => p.command)
  }
  get overlayIsEmpty(): boolean {
    return this.overlay.isEmpty
  }

  /** Is this row shown as a pending command would have it? */
  isPredicted(table: string, id: string): boolean {
    return this.overlay.changes.get(table)?.has(id) ?? false
  }

  takeTouched(): Touched {
    const touched = this.touched
    this.touched = new Touched()
    return touched
  }

  /** Rows kept on disk from an earlier visit. */
  restore(
    position: Position,
    tables: Iterable<readonly [string, Iterable<readonly [string, Row]>]>,
  ) {
    if (this.ready) return
    for (const [name, rows] of tables) this.base.tables.set(name, new Map(rows))
    this.position = position
    this.becomeReady()
  }
  /** Rows from elsewhere in place of all that is there, in one step. */
  replace(
    position: Position,
    tables: Iterable<readonly [string, Iterable<readonly [string, Row]>]>,
  ) {
    this.base = new Base()
    for (const [name, rows] of tables) this.base.tables.set(name, new Map(rows))
    this.position = position
    this.ready = true
    this.replay(true)
  }
  /** What is shown stays until a snapshot takes its place; nothing continues it. */
  forget(): void {
    this.position = undefined
    this.arriving = undefined
  }
  dump(): [string, [string, Row][]][] {
    const { keeps } = this.model
    return [...this.base.tables].map(([name, rows]) => [
      name,
      keeps?.(name, [...rows]) ?? [...rows],
    ])
  }

  subbed(frame: Subbed): Verdict {
    this.arriving = undefined
    if (frame.mode === 'snapshot') {
      this.arriving = { position: { epoch: frame.epoch, seq: frame.seq }, base: new Base() }
      return 'ok'
    }
    // Live and replay continue what we have; anything else would be a hole.
    if (!this.position || this.position.epoch !== frame.epoch) return 'gap'
    if (frame.mode === 'live' && this.position.seq < frame.seq) return 'gap'
    this.becomeReady()
    return 'ok'
  }

  snap(frame: Snap): Verdict {
    const position = { epoch: frame.epoch, seq: frame.seq }
    let arriving = this.arriving
    if (arriving?.position.epoch !== position.epoch || arriving.position.seq !== position.seq) {
      arriving = { position, base: new Base() }
      this.arriving = arriving
    }
    this.model.snapshot(arriving.base, frame.d as never)
    if (!frame.last) return 'ok'
    // The swap is one step: nobody sees half of a snapshot.
    this.arriving = undefined
    this.base = arriving.base
    this.base.touched = new Touched()
    this.position = position
    this.settleUpTo(position.seq)
    this.replay(true)
    this.becomeReady()
    return 'ok'
  }

  ev(frame: Ev): Verdict {
    if (!this.position) return 'gap'
    const expected = this.position.seq + 1
    if (frame.seq < expected) return 'ok'
    if (frame.seq > expected) return 'gap'
    try {
      this.model.event(this.base, frame)
    } catch (error) {
      // One event that cannot be shown must not stop the topic.
      console.error('event not applied', frame.op, error)
    }
    const settles = this.model.settles?.(frame) ?? true
    this.advance(frame.seq, settles ? frame.cmd : undefined)
    return 'ok'
  }

  skip(frame: Skip): Verdict {
    if (!this.position) return 'gap'
    if (frame.to <= this.position.seq) return 'ok'
    if (frame.from > this.position.seq + 1) return 'gap'
    this.advance(frame.to)
    return 'ok'
  }

  /** The server's head, heard in a heartbeat. */
  isBehind(head: number): boolean {
    return this.position !== undefined && this.position.seq < head
  }

  add(command: PendingCommand): void {
    if (this.pending.has(command.id)) return
    this.pending.set(command.id, { command })
    this.model.predict?.(this.overlay, command, this.base)
    this.markOverlay()
  }

  /** Committed at `seq` of this topic; undefined when another topic holds it. */
  acked(id: string, seq: number | undefined): void {
    const pending = this.pending.get(id)
    if (!pending) return
    if (seq === undefined || (this.position && this.position.seq >= seq)) this.drop(id)
    else pending.ackedAt = seq
  }

  drop(id: string): void {
    if (this.pending.delete(id)) this.replay(false)
  }

  private advance(seq: number, cmd?: string): void {
    if (this.position) this.position = { epoch: this.position.epoch, seq }
    const settled = (cmd !== undefined && this.pending.delete(cmd)) || this.settleUpTo(seq)
    const touchedBase = this.base.touched
    this.base.touched = new Touched()
    if (settled || !this.overlay.isEmpty || this.pending.size > 0) this.replay(false)
    this.touched.addAll(touchedBase)
    if (!touchedBase.isEmpty) this.changed()
  }

  private settleUpTo(seq: number): boolean {
    let settled = false
    for (const [id, pending] of this.pending) {
      if (pending.ackedAt !== undefined && pending.ackedAt <= seq) {
        this.pending.delete(id)
        settled = true
      }
    }
    return settled
  }

  /** Throws the overlay away and plays what is still pending over the base again. */
  private replay(everything: boolean): void {
    this.overlay.touch(this.touched)
    this.overlay = new Overlay(this.base)
    for (const { command } of this.pending.values()) {
      this.model.predict?.(this.overlay, command, this.base)
    }
    this.touched.all ||= everything
    this.markOverlay()
  }

  private markOverlay(): void {
    this.overlay.touch(this.touched)
    if (!this.touched.isEmpty) this.changed()
  }

  private becomeReady(): void {
    if (this.ready) return
    this.ready = true
    this.replay(true)
  }
}
