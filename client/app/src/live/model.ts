// What a feature says about its topics: how snapshots and events become rows, and what a pending
// command would look like. All three are pure: rows in, rows out.
import type { Ev } from '@/wire/frames'
import type { Reader, Writer } from './tables'

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
}

const models = new Map<string, TopicModel>()

/** `kind` is the part of a topic's key before the colon. */
export function registerModel(kind: string, model: TopicModel): void {
  models.set(kind, model)
}

const empty: TopicModel = { version: 0, snapshot: () => {}, event: () => {} }

export const modelOf = (topic: string): TopicModel =>
  models.get(topic.split(':', 1)[0] ?? topic) ?? empty
