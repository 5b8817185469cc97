// Topic `customer:<id>`: the record, its notes, and what happened while somebody was looking.
import type { PendingCommand, TopicModel } from '@/live/model'
import { registerModel } from '@/live/model'
import type { Writer } from '@/live/tables'
import type { Ev } from '@/wire/frames'
import type { Card, Customer, CustomerDetail, Note, TimelineItem } from '@/wire/records'

export const SELF = 'self'

interface Snapshot {
  customer?: CustomerDetail
  notes?: Note[]
}

/** Fields that a command may set; phones and e-mails arrive as plain texts. */
const plain = ['name', 'company', 'quality', 'score_emotional', 'score_logical', 'last_contact_at']

const current = (to: Writer) => to.get<CustomerDetail>('customer', SELF)

function change(to: Writer, next: Partial<CustomerDetail>): void {
  const now = current(to)
  if (now) to.put('customer', SELF, { ...now, ...next })
}

const without = (all: readonly string[], gone: readonly string[] = []) =>
  all.filter((each) => !gone.includes(each))
const joined = (all: readonly string[], more: readonly string[] = []) => [
  ...all,
  ...more.filter((each) => !all.includes(each)),
]

/** Events that put a card on a board. */
const APPEARS = new Set(['card.created', 'card.imported', 'card.restored'])

function card(to: Writer, op: string, d: Record<string, unknown>): void {
  const now = current(to)
  if (!now) return
  const record = d.card as Record<string, string> | string | undefined
  const id = typeof record === 'object' ? record.id : record
  let cards = now.cards
  if (op === 'card.archived') cards = cards.filter((each) => each.id !== id)
  else if (op === 'card.moved' || op === 'card.moved_many') {
    const many = (d.cards as { card: string }[] | undefined)?.map((each) => each.card)
    cards = cards.map((each) =>
      each.id === id || many?.includes(each.id) ? { ...each, stage_id: d.to as string } : each,
    )
  } else if (typeof record === 'object' && op === 'card.updated') {
    const { need, amount, next_due_at, lost_reason } = record as unknown as Card
    cards = cards.map((each) =>
      each.id === id
        ? { ...each, need, amount, next_due_at, lost_reason: lost_reason ?? null }
        : each,
    )
  } else if (typeof record === 'object' && APPEARS.has(op)) {
    const { need, amount, next_due_at } = record as unknown as Card
    const added = {
      need,
      amount,
      next_due_at,
      id: record.id as string,
      board_id: record.board_id as string,
      board_name: '',
      stage_id: record.stage_id as string,
      stage_name: '',
      stage_kind: 'open' as const,
    }
    cards = [...cards.filter((each) => each.id !== id), added]
  }
  to.put('customer', SELF, { ...now, cards })
}

function event(to: Writer, ev: Ev): void {
  const d = ev.d as Record<string, unknown>
  const item: TimelineItem = { topic: ev.topic, seq: ev.seq, at: ev.at, by: ev.by, op: ev.op, d }
  to.put('events', String(ev.seq), item)
  switch (ev.op) {
    case 'customer.created':
    case 'customer.updated':
    case 'customer.restored':
      return change(to, d.customer as Customer)
    case 'customer.tagged':
      return change(to, { tags: d.tags as string[], version: d.version as number })
    case 'customer.assigned':
      return change(to, { owners: d.owners as string[], version: d.version as number })
    case 'customer.archived':
      return change(to, { archived_at: ev.at })
    case 'customer.merged': {
      if (ev.topic === `customer:${d.loser as string}`)
        return change(to, { merged_into: (d.winner as Customer).id })
      const now = current(to)
      // The event does not name the other record; whoever draws the line asks for it.
      const merge = {
        id: d.merge as string,
        other: d.loser as string,
        other_name: '',
        at: ev.at,
        by: ev.by,
        undone_at: null,
      }
      return change(to, {
        ...(d.winner as Customer),
        merges: [...(now?.merges ?? []), merge],
        duplicate_count: Math.max(0, (now?.duplicate_count ?? 0) - 1),
      } as Partial<CustomerDetail>)
    }
    case 'customer.unmerged': {
      const loser = d.loser as Customer
      if (ev.topic === `customer:${loser.id}`) return change(to, loser)
      const now = current(to)
      return change(to, {
        ...(d.winner as Customer),
        merges: (now?.merges ?? []).map((merge) =>
          merge.id === d.merge ? { ...merge, undone_at: ev.at } : merge,
        ),
        // Two again, and as like each other as before.
        duplicate_count: (now?.duplicate_count ?? 0) + 1,
      } as Partial<CustomerDetail>)
    }
    case 'note.added':
    case 'note.edited': {
      const note = d.note as Note
      to.put('notes', note.id, note)
      return
    }
    case 'note.removed':
      to.remove('notes', d.note as string)
      return
    default:
      if (ev.op.startsWith('card.')) card(to, ev.op, d)
  }
}

function predict(to: Writer, { op, d, at, id }: PendingCommand): void {
  const now = current(to)
  if (!now) return
  switch (op) {
    case 'customer.update': {
      const next: Record<string, unknown> = {}
      for (const field of plain) if (field in d) next[field] = d[field]
      for (const field of ['phones', 'emails']) {
        const values = d[field] as string[] | undefined
        if (!values) continue
        const known = now[field as 'phones' | 'emails']
        next[field] = values.map(
          (value) =>
            known.find((each) => each.value === value || each.display === value) ?? {
              value,
              display: value,
            },
        )
      }
      if (d.custom) next.custom = { ...now.custom, ...(d.custom as object) }
      return change(to, next)
    }
    case 'customer.tag':
      return change(to, {
        tags: without(joined(now.tags, d.add as string[]), d.remove as string[]),
      })
    case 'customer.assign':
      return change(to, {
        owners:
          (d.owners as string[] | undefined) ??
          without(joined(now.owners, d.add as string[]), d.remove as string[]),
      })
    case 'customer.archive':
      return change(to, { archived_at: new Date(at).toISOString() })
    case 'customer.restore':
      return change(to, { archived_at: null })
    case 'note.add': {
      const at_ = new Date(at).toISOString()
      const note: Note = { id, body: d.body as string, by: null, created_at: at_, edited_at: null }
      to.put('notes', id, note)
      return
    }
    case 'note.edit': {
      const note = to.get<Note>('notes', d.note as string)
      if (note) to.put('notes', note.id, { ...note, body: d.body as string })
      return
    }
    case 'note.remove':
      to.remove('notes', d.note as string)
      return
    case 'card.move':
      card(to, 'card.moved', { card: d.card, to: d.to_stage })
  }
}

export const customerModel: TopicModel = {
  version: 2,
  snapshot(to, d: Snapshot) {
    if (d.customer) to.put('customer', SELF, d.customer)
    for (const note of d.notes ?? []) to.put('notes', note.id, note)
  },
  event,
  predict,
}

registerModel('customer', customerModel)
