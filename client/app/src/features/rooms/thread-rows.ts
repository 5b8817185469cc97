// What a thread draws: messages that belong together, days, and where the new ones begin.
import { daysBetween } from '@/i18n/format'
import type { OutboxRow } from '@/live/outbox'
import type { ThreadMessage } from './model'

export interface Row {
  key: string
  message: ThreadMessage
  /** First of what one person says in one go. */
  isFirst: boolean
  isLast: boolean
  /** The day that begins here. */
  day?: string
  /** How many new ones begin here. */
  fresh?: number
  /** Refused: the command that can be given again. */
  failed?: OutboxRow
}

/** Within so much time one goes on speaking. */
const TOGETHER_MS = 5 * 60_000

const together = (a: ThreadMessage, b: ThreadMessage): boolean =>
  a.kind === 'text' &&
  b.kind === 'text' &&
  a.by === b.by &&
  Date.parse(b.created_at) - Date.parse(a.created_at) < TOGETHER_MS &&
  daysBetween(new Date(a.created_at), new Date(b.created_at)) === 0

/**
 * The messages that hang together without a gap: those around `n`, else the latest. Numbers have no
 * holes, so a missing one was not read yet.
 */
export function run(all: Iterable<ThreadMessage>, n: number | null): readonly ThreadMessage[] {
  const sorted = [...all].sort((a, b) => a.n - b.n || a.created_at.localeCompare(b.created_at))
  const at = n === null ? sorted.length - 1 : sorted.findIndex((each) => each.n === n)
  if (at < 0) return n === null ? [] : run(sorted, null)
  const gap = (i: number) => (sorted[i + 1]?.n ?? 0) - (sorted[i]?.n ?? 0) > 1
  let from = at
  while (from > 0 && !gap(from - 1)) from--
  let to = at
  while (to < sorted.length - 1 && !gap(to)) to++
  return sorted.slice(from, to + 1)
}

export function rowsOf(
  messages: readonly ThreadMessage[],
  failed: readonly OutboxRow[],
  me: string,
  newFrom: number | null,
): Row[] {
  const first = messages[0]
  const isNew = (each: ThreadMessage) =>
    newFrom !== null && each.n >= newFrom && each.by !== me && each.kind === 'text'
  const count = messages.filter((each) => isNew(each) && !each.deleted_at).length
  // With the first one missing nobody knows where the new ones begin.
  const begin =
    first && newFrom !== null && (first.n <= newFrom || first.n === 1)
      ? messages.find(isNew)
      : undefined
  const rows = messages.map((message, i): Row => {
    const before = messages[i - 1]
    const after = messages[i + 1]
    const opensDay =
      !before || daysBetween(new Date(before.created_at), new Date(message.created_at)) !== 0
    const opensNew = message === begin && count > 0
    return {
      key: message.id,
      message,
      isFirst: opensDay || opensNew || !before || !together(before, message),
      isLast: !after || after === begin || !together(message, after),
      ...(opensDay ? { day: message.created_at } : {}),
      ...(opensNew ? { fresh: count } : {}),
    }
  })
  return [...rows, ...failed.map((row) => refused(row, me))]
}

/** A message that the server did not take: its text is here, and nowhere else. */
function refused(row: OutboxRow, me: string): Row {
  const { id, text } = row.d as { id: string; text: string }
  const at = new Date(row.at).toISOString()
  const message: ThreadMessage = {
    id,
    room_id: '',
    n: Number.MAX_SAFE_INTEGER,
    kind: 'text',
    by: me,
    text,
    mentions: [],
    reply_to: null,
    reactions: [],
    created_at: at,
    edited_at: null,
    deleted_at: null,
    deleted_by: null,
    version: 0,
  }
  return { key: id, message, isFirst: true, isLast: true, failed: row }
}
