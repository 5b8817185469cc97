// One open board: its rows, order, selection, focus and what is fresh. Screens read it; nothing in
// it is React.
import type { Question } from '@/features/activities/asks'
import { observable } from '@/live/observable'
import type { Subscription } from '@/live/subscription'
import type { Card, Stage } from '@/wire/records'
import type { Target } from './actions'
import type { CardFilter } from './filter'
import { Freshness } from './freshness'
import { isTemporary } from './model'
import { StageOrders } from './order'

const empty: ReadonlySet<string> = new Set()

export interface MoveQuestion {
  ids: string[]
  target: Target
  questions: readonly Question[]
}

export class BoardControl {
  readonly orders: StageOrders
  readonly fresh = new Freshness()
  readonly selection = observable<ReadonlySet<string>>(empty)
  /** The card that Tab comes back to. */
  readonly focused = observable<string | null>(null)
  /** The customer that is open beside the board. */
  readonly beside = observable<string | undefined>(undefined)
  /** A move that waits until the reader has answered what its stage asks. */
  readonly asking = observable<MoveQuestion | null>(null)
  filter: CardFilter | undefined
  /** Who moved a card last, from events; for undo and notices. */
  readonly movedBy = new Map<string, string>()
  /** My moves of the last seconds. */
  readonly myMoves = new Map<string, { to: string; at: number }>()
  private anchor: string | undefined
  private readonly scrollers = new Map<string, (index: number) => void>()

  constructor(
    readonly boardId: string,
    readonly source: Subscription,
    readonly me: string,
  ) {
    this.orders = new StageOrders(source)
  }
  stop(): void {
    this.orders.stop()
    this.fresh.stop()
  }

  get topic(): string {
    return this.source.key
  }
  card(id: string): Card | undefined {
    return this.source.get<Card>('cards', id)
  }
  get stages(): Stage[] {
    return this.source
      .list<Stage>('stages')
      .filter((stage) => !stage.archived_at)
      .sort((a, b) => a.position - b.position)
  }
  stage(id: string): Stage | undefined {
    return this.source.get<Stage>('stages', id)
  }
  /** The cards of a stage that the filter lets through, in order. */
  visible(stage: string): readonly string[] {
    const order = this.orders.of(stage)
    const { filter } = this
    if (!filter) return order
    return order.filter((id) => {
      const card = this.card(id)
      return card !== undefined && filter(card)
    })
  }

  // Selection

  select(ids: Iterable<string>): void {
    this.selection.set(new Set([...ids].filter((id) => !isTemporary(id))))
  }
  clearSelection(): void {
    if (this.selection.get().size > 0) this.selection.set(empty)
  }
  toggle(id: string): void {
    if (isTemporary(id)) return
    const next = new Set(this.selection.get())
    if (!next.delete(id)) next.add(id)
    this.anchor = id
    this.selection.set(next)
  }
  /** From the last toggled card to this one, within one stage. */
  extendTo(id: string): void {
    const stage = this.card(id)?.stage_id
    const from = this.anchor ?? this.focused.get() ?? id
    const list = stage ? this.visible(stage) : []
    const a = list.indexOf(from)
    const b = list.indexOf(id)
    if (a < 0 || b < 0) return this.toggle(id)
    this.anchor = from
    this.select([...this.selection.get(), ...list.slice(Math.min(a, b), Math.max(a, b) + 1)])
  }
  /** What a command on this card means: the selection if the card is part of it. */
  group(id: string): string[] {
    const selected = this.selection.get()
    if (!selected.has(id) || selected.size < 2) return [id]
    return this.inBoardOrder(selected)
  }
  inBoardOrder(ids: ReadonlySet<string>): string[] {
    const sorted: string[] = []
    for (const stage of this.stages) {
      for (const id of this.orders.of(stage.id)) if (ids.has(id)) sorted.push(id)
    }
    return sorted
  }

  // Focus

  /** Where the focused card stood, for when it goes away under the focus. */
  private place: { stage: string; index: number } | undefined
  notePlace(id: string): void {
    this.focused.set(id)
    const stage = this.card(id)?.stage_id
    if (stage) this.place = { stage, index: this.visible(stage).indexOf(id) }
  }
  /** The focused card, or the one that took its place, or the nearest there is. */
  nearest(): string | undefined {
    const focused = this.focused.get()
    const card = focused ? this.card(focused) : undefined
    if (focused && card && this.visible(card.stage_id).includes(focused)) return focused
    const { stages, place } = this
    const from = Math.max(
      0,
      stages.findIndex((stage) => stage.id === place?.stage),
    )
    const order = [...stages.slice(from), ...stages.slice(0, from).reverse()]
    for (const stage of order) {
      const list = this.visible(stage.id)
      if (list.length === 0) continue
      const index = stage.id === place?.stage ? place.index : 0
      return list[Math.max(0, Math.min(index, list.length - 1))]
    }
    return undefined
  }
  registerScroller(stage: string, scroll: (index: number) => void): () => void {
    this.scrollers.set(stage, scroll)
    return () => this.scrollers.delete(stage)
  }
  /** Brings a card into view and focuses it, also when it is only about to be drawn. */
  /** Brings a card into sight and lets Tab come back to it, without taking the focus. */
  show(id: string): void {
    this.focused.set(id)
    const stage = this.card(id)?.stage_id
    const index = stage === undefined ? -1 : this.visible(stage).indexOf(id)
    if (stage !== undefined && index >= 0) this.scrollers.get(stage)?.(index)
  }
  focus(id: string, tries = 12): void {
    this.focused.set(id)
    const stage = this.card(id)?.stage_id
    if (!stage) return
    const index = this.visible(stage).indexOf(id)
    if (index >= 0) this.scrollers.get(stage)?.(index)
    requestAnimationFrame(() => {
      const element = document.querySelector<HTMLElement>(`[data-card="${id}"]`)
      if (element && element.closest('[data-stage]')?.getAttribute('data-stage') === stage) {
        element.focus()
      } else if (tries > 0) this.focus(id, tries - 1)
    })
  }
}
