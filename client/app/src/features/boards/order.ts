// The order of cards in each stage, kept while events arrive; frozen while a card is in the hand,
// so that nothing slides away under the pointer.
import type { Subscription } from '@/live/subscription'
import type { Card } from '@/wire/records'
import { byRank } from './model'

const none: readonly string[] = []
const MANY = 64

const isSamePlace = (a: Card, b: Card): boolean =>
  a.stage_id === b.stage_id && a.rank === b.rank && a.amount?.minor === b.amount?.minor

export class StageOrders {
  private orders = new Map<string, readonly string[]>()
  /** Where each card was filed, and what of it the headers add up. */
  private readonly filed = new Map<string, Card>()
  private readonly listeners = new Map<string, Set<() => void>>()
  private waiting: Set<string> | 'all' | undefined
  private frozen = false
  /** With a filter, any change of a card may change what is seen; without, only its place may. */
  filtered = false
  private readonly stopListening: () => void

  constructor(private readonly source: Subscription) {
    this.rebuild()
    this.stopListening = source.onTable('cards', (ids) => this.touched(ids))
  }
  stop(): void {
    this.stopListening()
  }

  of(stage: string): readonly string[] {
    return this.orders.get(stage) ?? none
  }
  /** `*` hears every change. */
  subscribe(stage: string, listener: () => void): () => void {
    let listeners = this.listeners.get(stage)
    if (!listeners) {
      listeners = new Set()
      this.listeners.set(stage, listeners)
    }
    listeners.add(listener)
    return () => listeners.delete(listener)
  }

  freeze(): void {
    this.frozen = true
  }
  thaw(): void {
    this.frozen = false
    const { waiting } = this
    this.waiting = undefined
    if (waiting) this.touched(waiting === 'all' ? null : waiting)
  }

  private touched(ids: ReadonlySet<string> | null): void {
    if (this.frozen) {
      if (ids === null || this.waiting === 'all') this.waiting = 'all'
      else this.waiting = new Set([...(this.waiting ?? []), ...ids])
      return
    }
    if (ids === null) {
      this.rebuild()
      for (const listeners of this.listeners.values()) for (const l of listeners) l()
      return
    }
    const arriving = new Map<string, Card[]>()
    const stages = new Set<string>()
    const moved = new Set<string>()
    for (const id of ids) {
      const was = this.filed.get(id)
      const card = this.source.get<Card>('cards', id)
      if (card) this.filed.set(id, card)
      else this.filed.delete(id)
      if (card && was && !this.filtered && isSamePlace(card, was)) continue
      moved.add(id)
      if (was) stages.add(was.stage_id)
      if (!card) continue
      stages.add(card.stage_id)
      const list = arriving.get(card.stage_id)
      if (list) list.push(card)
      else arriving.set(card.stage_id, [card])
    }
    for (const stage of stages) {
      const kept = this.of(stage).filter((id) => !moved.has(id))
      this.orders.set(stage, this.merge(kept, arriving.get(stage) ?? []))
      for (const listener of this.listeners.get(stage) ?? []) listener()
    }
    for (const listener of this.listeners.get('*') ?? []) listener()
  }

  private merge(kept: string[], cards: Card[]): readonly string[] {
    if (cards.length > MANY) {
      const rows = kept
        .map((id) => this.source.get<Card>('cards', id))
        .filter((c) => c !== undefined)
      return [...rows, ...cards].sort(byRank).map((c) => c.id)
    }
    for (const card of cards) {
      let low = 0
      let high = kept.length
      while (low < high) {
        const middle = (low + high) >> 1
        const other = this.source.get<Card>('cards', kept[middle] as string)
        if (other && byRank(other, card) < 0) low = middle + 1
        else high = middle
      }
      kept.splice(low, 0, card.id)
    }
    return kept
  }

  private rebuild(): void {
    const stages = new Map<string, Card[]>()
    this.filed.clear()
    for (const card of this.source.topic.view.all<Card>('cards')) {
      this.filed.set(card.id, card)
      const list = stages.get(card.stage_id)
      if (list) list.push(card)
      else stages.set(card.stage_id, [card])
    }
    this.orders = new Map()
    for (const [stage, cards] of stages) {
      this.orders.set(
        stage,
        cards.sort(byRank).map((c) => c.id),
      )
    }
  }
}
