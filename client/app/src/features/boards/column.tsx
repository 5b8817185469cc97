// One stage: header, cards (only those in sight are drawn), drop target.
import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual'
import {
  memo,
  type ReactNode,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useSyncExternalStore,
} from 'react'
import { moneyShort, number } from '@/i18n/format'
import type { Holding } from '@/live/presence'
import { useSignedIn } from '@/session/session'
import type { Stage, User } from '@/wire/records'
import { CardView } from './card'
import type { BoardControl } from './control'
import { dragCard, dragStage, dropOnStage, inHand } from './drag'
import type { CardFilter } from './filter'
import { StageGauge } from './gauge'
import { useBoardTexts } from './texts'

const GAP = 7
const GUESS = 92

export interface ColumnProps {
  stage: Stage
  progress: number
  control: BoardControl
  filter: CardFilter | undefined
  users: readonly User[]
  holding: readonly Holding[]
  /** May this user move cards, and stages? */
  canMove: boolean
  canManage: boolean
  menu: ReactNode
  onReorder: (moved: string, target: string, edge: 'left' | 'right') => void
}

/** Sum of the amounts in the tenant's currency. */
export function sumOf(control: BoardControl, ids: readonly string[], currency: string): number {
  let minor = 0
  for (const id of ids) {
    const amount = control.card(id)?.amount
    if (amount?.currency === currency) minor += amount.minor
  }
  return minor
}

export const Column = memo(function Column(props: ColumnProps) {
  const { stage, control, filter, users, holding } = props
  const t = useBoardTexts()
  const { tenant } = useSignedIn()
  const column = useRef<HTMLElement>(null)
  const header = useRef<HTMLElement>(null)
  const scroller = useRef<HTMLDivElement>(null)
  const order = useSyncExternalStore(
    (listener) => control.orders.subscribe(stage.id, listener),
    () => control.orders.of(stage.id),
  )
  const ids = filter ? control.visible(stage.id) : order
  const minor = sumOf(control, ids, tenant.currency)

  const virtual = useVirtualizer({
    count: ids.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => GUESS,
    getItemKey: (index) => ids[index] ?? index,
    gap: GAP,
    overscan: 4,
    paddingEnd: 8,
    rangeExtractor: (range: Range) => {
      // The focused card and the one in the hand stay mounted wherever the list is scrolled to.
      const shown = defaultRangeExtractor(range)
      for (const id of [control.focused.get(), inHand.id]) {
        const at = id ? ids.indexOf(id) : -1
        if (at >= 0 && !shown.includes(at)) shown.push(at)
      }
      return shown.sort((a, b) => a - b)
    },
  })

  useEffect(
    () =>
      control.registerScroller(stage.id, (index) => {
        if (index >= 0) virtual.scrollToIndex(index, { align: 'auto' })
      }),
    [control, stage.id, virtual],
  )
  const { onReorder, canManage } = props
  const takesDrops = props.canMove || canManage
  useEffect(() => {
    if (!takesDrops || !column.current || !scroller.current) return
    return dropOnStage(column.current, scroller.current, stage.id, onReorder)
  }, [stage.id, takesDrops, onReorder])
  useEffect(() => {
    if (!canManage || !column.current || !header.current) return
    return dragStage(column.current, header.current, stage.id)
  }, [stage.id, canManage])

  // Rows slide to their new place after a change of order, never while scrolling.
  const drawn = useRef(order)
  useLayoutEffect(() => {
    const element = scroller.current
    if (!element || drawn.current === order) return
    drawn.current = order
    element.dataset.moving = ''
    const timer = setTimeout(() => delete element.dataset.moving, 240)
    return () => clearTimeout(timer)
  }, [order])

  const full = stage.wip_limit !== null && order.length >= stage.wip_limit
  const count =
    stage.wip_limit === null ? number(ids.length) : `${number(order.length)} / ${stage.wip_limit}`
  const holderOf = (id: string) => holding.find((h) => h.cards.includes(id))?.by
  return (
    <section
      ref={column}
      className="col"
      data-stage={stage.id}
      aria-label={t('stageLabel', { name: stage.name, count: ids.length })}
    >
      <header ref={header}>
        <StageGauge stage={stage} progress={props.progress} />
        <h2 className="el">{stage.name}</h2>
        <span className={full ? 'over-limit' : 't3'} title={full ? t('stageFull') : undefined}>
          {count}
        </span>
        <span className="sp" />
        {minor > 0 && (
          <span className="t3 sm sum">{moneyShort({ minor, currency: tenant.currency })}</span>
        )}
        {props.menu}
      </header>
      <div
        ref={scroller}
        className="cards"
        style={{ '--list-end': `${virtual.getTotalSize() - 8}px` } as React.CSSProperties}
      >
        <div role="list" aria-label={stage.name} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((row) => {
            const id = ids[row.index] as string
            return (
              <Slot
                key={row.key}
                id={id}
                index={row.index}
                count={ids.length}
                start={row.start}
                measure={virtual.measureElement}
                control={control}
                users={users}
                holder={holderOf(id)}
                canMove={props.canMove}
              />
            )
          })}
        </div>
        {ids.length === 0 && (
          <p className="col-empty">
            {filter && order.length > 0 ? t('noneMatch') : t('stageEmpty')}
          </p>
        )}
      </div>
    </section>
  )
})

interface SlotProps {
  id: string
  index: number
  count: number
  start: number
  measure: (element: HTMLElement | null) => void
  control: BoardControl
  users: readonly User[]
  holder: string | undefined
  canMove: boolean
}

const Slot = memo(function Slot(props: SlotProps) {
  const { id, control, canMove } = props
  const element = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (canMove && element.current) return dragCard(element.current, id, control)
  }, [id, control, canMove])
  const { measure } = props
  const attach = useCallback(
    (node: HTMLDivElement | null) => {
      element.current = node
      measure(node)
    },
    [measure],
  )
  return (
    <div
      ref={attach}
      className="card-slot"
      role="listitem"
      data-index={props.index}
      aria-setsize={props.count}
      aria-posinset={props.index + 1}
      style={{ transform: `translateY(${props.start}px)` }}
    >
      <CardView id={id} control={control} users={props.users} holder={props.holder} />
    </div>
  )
})
