// The journal of one customer, newest first, by day: what the server tells page by page, and what
// came by the socket since.
import { daysBetween } from '@/i18n/format'
import type { Note, TimelineItem } from '@/wire/records'
import type { Kind, Names, Sentence } from './sentence-parts'
import { sentence } from './sentences'

export interface Entry extends Sentence {
  key: string
  at: string
  by: string | null
  op: string
  /** The note as it is now, where the entry is about one that still exists. */
  note?: Note
}
export interface Day {
  /** 0 today, -1 yesterday. */
  ago: number
  at: string
  entries: Entry[]
}

const keyOf = (item: TimelineItem) => `${item.topic}#${item.seq}`

export function merged(
  read: readonly TimelineItem[],
  live: readonly TimelineItem[],
): readonly TimelineItem[] {
  const all = new Map<string, TimelineItem>()
  for (const item of [...read, ...live]) all.set(keyOf(item), item)
  // Plain comparison: times of one form, and comparing by language is slow for ten thousand.
  return [...all.values()].sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : b.seq - a.seq))
}

/** Lines that were worded before; pages keep their items while more are read. */
const worded = new WeakMap<TimelineItem, { names: Names; said: Sentence | undefined }>()

function word(item: TimelineItem, names: Names): Sentence | undefined {
  const known = worded.get(item)
  if (known?.names === names) return known.said
  const said = sentence(item, names)
  worded.set(item, { names, said })
  return said
}

/** Edits and removals of a note change the entry of that note instead of adding their own. */
export function entries(
  items: readonly TimelineItem[],
  notes: ReadonlyMap<string, Note>,
  names: Names,
): Entry[] {
  const found: Entry[] = []
  for (const item of items) {
    if (item.op === 'note.edited') continue
    const said = word(item, names)
    if (!said) continue
    const entry: Entry = { ...said, key: keyOf(item), at: item.at, by: item.by, op: item.op }
    if (item.op === 'note.added') {
      const id = (item.d.note as { id?: string } | undefined)?.id ?? ''
      const note = notes.get(id)
      if (note) {
        entry.note = note
        entry.detail = note.body
      } else {
        // Removed since: the journal keeps that there was one, not what it said.
        delete entry.detail
      }
    }
    found.push(entry)
  }
  return found
}

export function byDay(all: readonly Entry[], now = new Date()): Day[] {
  const days: Day[] = []
  // No zone changes its day within a quarter of an hour, and asking for the day is slow.
  const known = new Map<string, number>()
  const dayOf = (at: string): number => {
    const quarter = `${at.slice(0, 14)}${Math.floor(Number(at.slice(14, 16)) / 15)}`
    let ago = known.get(quarter)
    if (ago === undefined) {
      ago = daysBetween(now, new Date(at))
      known.set(quarter, ago)
    }
    return ago
  }
  for (const entry of all) {
    const ago = dayOf(entry.at)
    const last = days.at(-1)
    if (last?.ago === ago) last.entries.push(entry)
    else days.push({ ago, at: entry.at, entries: [entry] })
  }
  return days
}

/** One drawn line: a day's title, or an entry of it. */
export type Row =
  | { key: string; day: Pick<Day, 'ago' | 'at'>; entry?: undefined }
  | { key: string; entry: Entry }

export const rowsOf = (days: readonly Day[]): Row[] =>
  days.flatMap((day): Row[] => [
    { key: `day${day.ago}`, day },
    ...day.entries.map((entry) => ({ key: entry.key, entry })),
  ])

export function countKinds(all: readonly Entry[]): ReadonlyMap<Kind, number> {
  const counts = new Map<Kind, number>()
  for (const entry of all) counts.set(entry.kind, (counts.get(entry.kind) ?? 0) + 1)
  return counts
}
