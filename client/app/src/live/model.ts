// What a feature says about its topics: how snapshots and events become rows, and what a pending
// command would look like. All three are pure: rows in, rows out.
import type { Ev } from '@/wire/frames'
import type { Reader, Row, Writer } from './tables'

/** A command that the server has not answered yet. */
export interface PendingCommand {
  id: string
  topic: string
  op: string
  d: Record<string, unknown>
  if?: { ver: number }
  /** When it was given, in unix milliseconds. */
  at: number
}

export interface TopicModel {
  /** Raised when the shape of the rows changes: rows kept on disk are then dropped. */
  version: number
  /** One part of a snapshot. */
  snapshot: (to: Writer, d: never) => void
  event: (to: Writer, ev: Ev) => void
  /**
   * Does this event of my own command say all of it? A command on many rows may come as several
   * events; its prediction then stays until the answer. Without this, every event does.
   */
  settles?: (ev: Ev) => boolean
  /** Shows a command before the server has answered. Must not throw on rows that are gone. */
  predict?: (to: Writer, command: PendingCommand, from: Reader) => void
  /** What of a table goes to the disk; without this, all of it. */
  keeps?: (table: string, rows: [string, Row][]) => [string, Row][]
}

/** What another feature keeps on a topic that is not its own. */
export type ModelPart = Partial<Pick<TopicModel, 'snapshot' | 'event' | 'predict'>>

const models = new Map<string, TopicModel>()
const parts = new Map<string, ModelPart[]>()

/** `kind` is the part of a topic's key before the colon. */
export function registerModel(kind: string, model: TopicModel): void {
  models.set(kind, model)
}

/** Adds to a topic's model; must be said before the first topic of that kind is opened. */
export function extendModel(kind: string, part: ModelPart): void {
  parts.set(kind, [...(parts.get(kind) ?? []), part])
}

const empty: TopicModel = { version: 0, snapshot: () => {}, event: () => {} }

export function modelOf(topic: string): TopicModel {
  const kind = topic.split(':', 1)[0] ?? topic
  const own = models.get(kind) ?? empty
  const more = parts.get(kind)
  if (!more) return own
  return {
    ...own,
    snapshot(to, d) {
      own.snapshot(to, d)
      for (const part of more) part.snapshot?.(to, d)
    },
    event(to, ev) {
      own.event(to, ev)
      for (const part of more) part.event?.(to, ev)
    },
    predict(to, command, from) {
      own.predict?.(to, command, from)
      for (const part of more) part.predict?.(to, command, from)
    },
  }
}
