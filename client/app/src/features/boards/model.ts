// Topic `board:<id>`: stages and cards from snapshots and events, and pending moves over them.
import { type PendingCommand, registerModel, type TopicModel } from '@/live/model'
import type { Reader, Writer } from '@/live/tables'
import type { Ev } from '@/wire/frames'
import type { Board, Card, Money, Stage, StageKind } from '@/wire/records'

/** What the snapshot says of the board itself; the tenant's list has the rest. */
export type BoardHead = Pick<Board, 'id' | 'name' | 'archived_at'>

/** Cards and stages that the server has not made yet. */
export const isTemporary = (id: string): boolean => id.startsWith('new:')

const GAP = 2 ** 24

export const boardTopic = (id: string): string => `board:${id}`

/** Rank ascending, then id: the order everybody sees. */
export const byRank = (a: Card, b: Card): number =>
  a.rank - b.rank || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)

function snapshot(to: Writer, d: { board?: BoardHead; stages?: Stage[]; cards?: Card[] }): void {
  if (d.board) to.put('board', 'self', d.board)
  for (const stage of d.stages ?? []) to.put('stages', stage.id, stage)
  for (const card of d.cards ?? []) to.put('cards', card.id, card)
}

function setRanks(to: Writer, ranks: [string, number][]): void {
  for (const [id, rank] of ranks) {
    const card = to.get<Card>('cards', id)
    if (card) to.put('cards', id, { ...card, rank })
  }
}

function setOrder(to: Writer, order: string[]): void {
  order.forEach((id, position) => {
    const stage = to.get<Stage>('stages', id)
    if (stage && stage.position !== position) to.put('stages', id, { ...stage, position })
  })
}

interface Moved {
  card: string
  to: string
  ranks: [string, number][]
  version: number
  entered_stage_at: string
}
interface MovedMany extends Omit<Moved, 'card' | 'version'> {
  cards: { card: string; from: string; version: number; entered_stage_at?: string }[]
}

function event(to: Writer, { op, d, at }: Ev): void {
  switch (op) {
    case 'card.created':
    case 'card.updated':
    case 'card.assigned':
    case 'card.restored': {
      const { card } = d as { card: Card }
      if (card.archived_at) to.remove('cards', card.id)
      else to.put('cards', card.id, card)
      return
    }
    case 'card.created_many':
    case 'card.updated_many':
    case 'card.restored_many':
      for (const card of (d as { cards: Card[] }).cards) to.put('cards', card.id, card)
      return
    case 'card.moved': {
      const moved = d as Moved
      const card = to.get<Card>('cards', moved.card)
      if (card) {
        const { version, entered_stage_at } = moved
        to.put('cards', card.id, { ...card, stage_id: moved.to, version, entered_stage_at })
      }
      setRanks(to, moved.ranks)
      return
    }
    case 'card.moved_many': {
      const moved = d as MovedMany
      for (const { card: id, from, version, entered_stage_at: own } of moved.cards) {
        const card = to.get<Card>('cards', id)
        if (!card) continue
        const entered_stage_at =
          own ?? (from === moved.to ? card.entered_stage_at : moved.entered_stage_at)
        to.put('cards', id, { ...card, stage_id: moved.to, version, entered_stage_at })
      }
      setRanks(to, moved.ranks)
      return
    }
    case 'card.reranked':
      setRanks(to, (d as { ranks: [string, number][] }).ranks)
      return
    case 'card.archived':
    case 'card.withdrawn':
      to.remove('cards', (d as { card: string }).card)
      return
    case 'card.archived_many':
    case 'card.withdrawn_many':
      for (const { card } of (d as { cards: { card: string }[] }).cards) to.remove('cards', card)
      return
    case 'stage.created': {
      const { stage, order } = d as { stage: Stage; order: string[] }
      to.put('stages', stage.id, stage)
      setOrder(to, order)
      return
    }
    case 'stage.updated': {
      const { stage } = d as { stage: Stage }
      to.put('stages', stage.id, stage)
      return
    }
    case 'stage.reordered':
      setOrder(to, (d as { order: string[] }).order)
      return
    case 'stage.archived':
      to.remove('stages', (d as { stage: string }).stage)
      return
    case 'board.renamed':
    case 'board.archived':
    case 'board.restored': {
      const board = to.get<BoardHead>('board', 'self')
      if (!board) return
      if (op === 'board.renamed') {
        to.put('board', 'self', { ...board, name: (d as { name: string }).name })
      } else to.put('board', 'self', { ...board, archived_at: op === 'board.archived' ? at : null })
    }
  }
}

/** Room for `count` cards in a stage, where the mover saw it. */
function ranksFor(
  from: Reader,
  moving: ReadonlySet<string>,
  stage: string,
  count: number,
  after?: string,
  before?: string,
): number[] {
  const inStage = (id: string | undefined) => {
    const card = id === undefined || moving.has(id) ? undefined : from.get<Card>('cards', id)
    return card?.stage_id === stage ? card.rank : undefined
  }
  let low = inStage(after)
  let high = inStage(before)
  if (low === undefined || high === undefined) {
    let above = Number.NEGATIVE_INFINITY
    let below = Number.POSITIVE_INFINITY
    for (const card of from.all<Card>('cards')) {
      if (card.stage_id !== stage || moving.has(card.id)) continue
      if (high === undefined || card.rank < high) above = Math.max(above, card.rank)
      if (low !== undefined && card.rank > low) below = Math.min(below, card.rank)
    }
    if (low === undefined) low = Number.isFinite(above) ? above : (high ?? 0) - GAP * (count + 1)
    high ??= Number.isFinite(below) ? below : low + GAP * (count + 1)
  }
  const step = (high - low) / (count + 1)
  return Array.from({ length: count }, (_, i) => (low as number) + step * (i + 1))
}

function moveCards(to: Writer, ids: string[], command: PendingCommand): void {
  const { to_stage, after, before } = command.d as {
    to_stage: string
    after?: string
    before?: string
  }
  const ranks = ranksFor(to, new Set(ids), to_stage, ids.length, after, before)
  ids.forEach((id, i) => {
    const card = to.get<Card>('cards', id)
    if (!card) return
    const stays = card.stage_id === to_stage
    to.put('cards', id, {
      ...card,
      stage_id: to_stage,
      rank: ranks[i] ?? card.rank,
      entered_stage_at: stays ? card.entered_stage_at : new Date(command.at).toISOString(),
    })
  })
}

function eachCard(to: Writer, command: PendingCommand, change: (card: Card) => Card | null): void {
  const { card, cards } = command.d as { card?: string; cards?: string[] }
  for (const id of cards ?? (card ? [card] : [])) {
    const row = to.get<Card>('cards', id)
    if (!row) continue
    const next = change(row)
    if (next) to.put('cards', id, next)
    else to.remove('cards', id)
  }
}

const changed = (
  list: string[],
  { add = [], remove = [] }: { add?: string[]; remove?: string[] },
) => [...list.filter((x) => !remove.includes(x) && !add.includes(x)), ...add]

function predict(to: Writer, command: PendingCommand): void {
  const { op, d } = command
  switch (op) {
    case 'card.move':
      moveCards(to, [String(d.card)], command)
      return
    case 'card.move_many':
      moveCards(to, d.cards as string[], command)
      return
    case 'card.assign': {
      const change = d as { owners?: string[]; add?: string[]; remove?: string[] }
      eachCard(to, command, (card) => ({
        ...card,
        owners: change.owners ?? changed(card.owners, change),
      }))
      return
    }
    case 'card.archive':
      eachCard(to, command, () => null)
      return
    case 'card.update':
      eachCard(to, command, (card) => {
        const {
          need = card.need,
          amount = card.amount,
          next_due_at = card.next_due_at,
        } = d as Partial<Card>
        return { ...card, need, amount, next_due_at }
      })
      return
    case 'card.create':
      newCard(to, command)
      return
    case 'customer.tag':
    case 'customer.assign': {
      const customer = command.topic.slice('customer:'.length)
      for (const card of [...to.all<Card>('cards')]) {
        if (card.customer_id !== customer) continue
        const change = d as { add?: string[]; remove?: string[] }
        if (op === 'customer.tag')
          to.put('cards', card.id, { ...card, tags: changed(card.tags, change) })
        else to.put('cards', card.id, { ...card, owners: changed(card.owners, change) })
      }
      return
    }
    case 'stage.create':
      newStage(to, command)
      return
    case 'stage.update': {
      const { stage: id, ...change } = d as { stage: string } & Partial<Stage>
      const stage = to.get<Stage>('stages', id)
      if (stage) to.put('stages', id, { ...stage, ...change })
      return
    }
    case 'stage.reorder':
      setOrder(to, d.order as string[])
      return
    case 'stage.archive': {
      const { stage, move_to } = d as { stage: string; move_to?: string }
      for (const card of [...to.all<Card>('cards')]) {
        if (card.stage_id === stage && move_to)
          to.put('cards', card.id, { ...card, stage_id: move_to })
      }
      to.remove('stages', stage)
      return
    }
    case 'board.rename': {
      const board = to.get<BoardHead>('board', 'self')
      if (board) to.put('board', 'self', { ...board, name: String(d.name) })
    }
  }
}

function newCard(to: Writer, command: PendingCommand): void {
  const { stage, customer, need, amount } = command.d as {
    stage?: string
    customer?: { name: string; phones?: string[] }
    need?: string
    amount?: Money
  }
  const stages = [...to.all<Stage>('stages')].sort((a, b) => a.position - b.position)
  const stage_id = stage ?? stages[0]?.id
  if (!stage_id || !customer) return
  const at = new Date(command.at).toISOString()
  const id = `new:${command.id}`
  const card: Card = {
    id,
    board_id: command.topic.slice('board:'.length),
    customer_id: '',
    stage_id,
    rank: ranksFor(to, new Set(), stage_id, 1)[0] ?? 0,
    version: 0,
    title: customer.name,
    phone: customer.phones?.[0] ?? null,
    need: need ?? null,
    amount: amount ?? null,
    owners: [],
    source: null,
    quality: null,
    tags: [],
    last_contact_at: null,
    next_due_at: null,
    unread: 0,
    entered_stage_at: at,
    created_at: at,
    archived_at: null,
  }
  to.put('cards', id, card)
}

function newStage(to: Writer, command: PendingCommand): void {
  const d = command.d as {
    name: string
    kind?: StageKind
    colour?: number
    wip_limit?: number | null
    after?: string
  }
  const stages = [...to.all<Stage>('stages')].sort((a, b) => a.position - b.position)
  const at = d.after ? stages.findIndex((s) => s.id === d.after) + 1 : stages.length
  const id = `new:${command.id}`
  const stage: Stage = {
    id,
    board_id: command.topic.slice('board:'.length),
    name: d.name,
    kind: d.kind ?? 'open',
    position: at,
    wip_limit: d.wip_limit ?? null,
    colour: d.colour ?? 1,
    archived_at: null,
  }
  to.put('stages', id, stage)
  const ids = stages.map((s) => s.id)
  ids.splice(at, 0, id)
  setOrder(to, ids)
}

/** Only what replaces a temporary row: moves of many cards come as one event for each set of owners. */
const settles = ({ op }: Ev): boolean => op === 'card.created' || op === 'stage.created'

export const boardModel: TopicModel = { version: 1, snapshot, event, settles, predict }
registerModel('board', boardModel)
