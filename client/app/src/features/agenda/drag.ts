// Drawing, carrying and stretching on the grid, by mouse or by a finger that rests for a moment.
import { type PointerEvent as ReactPointerEvent, useEffect, useRef, useState } from 'react'
import { DAY_MINUTES } from './days'
import { type Filled, isHandle, MINUTE_PX, whole } from './grid-model'
import { type Span, shifted, snapTo } from './layout'
import { type Point, press } from './press'
import type { Entry } from './range'

export interface Draft {
  kind: 'create' | 'move' | 'start' | 'end'
  entry?: Entry
  /** Where it was taken. */
  home: number
  column: number
  span: Span
}

export interface DragOptions {
  columns: readonly Filled[]
  /** Minutes between two marks. */
  snap: number
  enabled: boolean
  onCreate: (column: number, span: Span) => void
  onMove: (draft: Draft & { entry: Entry }) => void
}

interface Grip {
  kind: Draft['kind']
  entry: Entry | undefined
  home: number
  /** The minute that was taken, and the span that it belongs to. */
  at: number
  span: Span
}

/** The span that the pointer means. */
export function drawn(
  { kind, at, span }: Omit<Grip, 'entry' | 'home'>,
  now: number,
  snap: number,
): Span {
  if (kind === 'move') return shifted(span, snapTo(span.from + now - at, snap) - span.from)
  if (kind === 'start') return { from: Math.min(snapTo(now, snap), span.to - snap), to: span.to }
  if (kind === 'end') return { from: span.from, to: Math.max(snapTo(now, snap), span.from + snap) }
  const [low, high] = now < at ? [now, at] : [at, now]
  const from = Math.floor(low / snap) * snap
  return { from, to: Math.max(Math.ceil(high / snap) * snap, from + snap) }
}

const columnsIn = (body: Element) => [...body.querySelectorAll<HTMLElement>('[data-column]')]

function columnAt(body: Element, x: number): number {
  const all = columnsIn(body)
  const found = all.findIndex((each) => x < each.getBoundingClientRect().right)
  return found < 0 ? all.length - 1 : found
}

function minuteAt(body: Element, column: number, y: number): number {
  const top = columnsIn(body)[column]?.getBoundingClientRect().top ?? 0
  return Math.min(Math.max(0, (y - top) / MINUTE_PX), DAY_MINUTES)
}

function gripAt(
  event: ReactPointerEvent,
  body: Element,
  columns: readonly Filled[],
): Grip | undefined {
  const target = event.target as Element
  const host = target.closest<HTMLElement>('[data-column]')
  const home = host ? columnsIn(body).indexOf(host) : -1
  const column = columns[home]
  if (!column) return undefined
  const at = minuteAt(body, home, event.clientY)
  const item = target.closest<HTMLElement>('[data-entry]')
  if (!item) return { kind: 'create', entry: undefined, home, at, span: { from: at, to: at } }
  const entry = column.laid.find((each) => each.of.key === item.dataset.entry)?.of
  if (!entry || !isHandle(entry, column.day)) return undefined
  const edge = target.closest<HTMLElement>('[data-edge]')?.dataset.edge as
    | 'start'
    | 'end'
    | undefined
  return { kind: edge ?? 'move', entry, home, at, span: whole(entry) }
}

export function useGridDrag(options: DragOptions) {
  const [draft, setDraft] = useState<Draft>()
  const latest = useRef(options)
  latest.current = options
  const end = useRef<() => void>(() => {})
  useEffect(() => () => end.current(), [])

  const onPointerDown = (event: ReactPointerEvent<HTMLElement>) => {
    const body = event.currentTarget
    if (event.button !== 0 || !latest.current.enabled) return
    const grip = gripAt(event, body, latest.current.columns)
    if (!grip) return
    let current: Draft | undefined

    const draw = (at: Point) => {
      const { columns, snap } = latest.current
      const over = columnAt(body, at.x)
      const isMove = grip.kind === 'move'
      const column = isMove ? over : grip.home
      const span = drawn(grip, minuteAt(body, column, at.y), snap)
      if (!columns[column]) return
      current = {
        kind: grip.kind,
        home: grip.home,
        column,
        span,
        ...(grip.entry ? { entry: grip.entry } : {}),
      }
      setDraft(current)
    }
    end.current = press(event, {
      kind: grip.kind,
      scroller: body.closest<HTMLElement>('.tg'),
      draw,
      drop: () => {
        if (!current) return
        const { entry } = current
        if (entry) latest.current.onMove({ ...current, entry })
        else latest.current.onCreate(current.column, current.span)
      },
      off: () => {
        setDraft(undefined)
        end.current = () => {}
      },
    })
  }
  return { draft, onPointerDown }
}
