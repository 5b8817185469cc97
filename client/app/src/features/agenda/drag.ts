// Drawing, carrying and stretching on the grid, by mouse or by a finger that rests for a moment.
import { type PointerEvent as ReactPointerEvent, useEffect, useRef, useState } from 'react'
import { DAY_MINUTES } from './days'
import { type Filled, isHandle, MINUTE_PX, whole } from './grid-model'
import { type Span, shifted, snapTo } from './layout'
import type { Entry } from './range'

export interface Draft {
  kind: 'create' | 'move' | 'start' | 'end'
  entry?: Entry
  /** Where it was taken. */
  home: number
  column: number
  span: Span
}

const MOUSE_SLACK_PX = 4
const FINGER_SLACK_PX = 9
const FINGER_REST_MS = 320
const EDGE_PX = 44
const EDGE_SPEED_PX = 14

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
    const byFinger = event.pointerType === 'touch'
    const scroller = body.closest<HTMLElement>('.tg')
    const began = { x: event.clientX, y: event.clientY }
    let last = began
    let active = false
    let current: Draft | undefined
    let frame = 0

    const draw = () => {
      const { columns, snap } = latest.current
      const over = columnAt(body, last.x)
      const isMove = grip.kind === 'move'
      const column = isMove ? over : grip.home
      const span = drawn(grip, minuteAt(body, column, last.y), snap)
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
    /** Near the upper and lower edge the day goes by. */
    const scroll = () => {
      frame = 0
      if (!active || !scroller) return
      const { top, bottom } = scroller.getBoundingClientRect()
      const by =
        last.y > bottom - EDGE_PX ? EDGE_SPEED_PX : last.y < top + EDGE_PX * 2 ? -EDGE_SPEED_PX : 0
      const before = scroller.scrollTop
      if (by) scroller.scrollTop += by
      if (scroller.scrollTop !== before) {
        draw()
        frame = requestAnimationFrame(scroll)
      }
    }
    const start = () => {
      active = true
      document.body.dataset.agendaDrag = grip.kind
      draw()
    }
    const rest = byFinger ? setTimeout(start, FINGER_REST_MS) : undefined

    const move = (next: PointerEvent) => {
      if (next.pointerId !== event.pointerId) return
      last = { x: next.clientX, y: next.clientY }
      const far = Math.hypot(last.x - began.x, last.y - began.y)
      if (!active) {
        if (byFinger && far > FINGER_SLACK_PX) stop()
        else if (!byFinger && far > MOUSE_SLACK_PX) start()
        return
      }
      draw()
      if (!frame) frame = requestAnimationFrame(scroll)
    }
    const up = (next: PointerEvent) => {
      if (next.pointerId !== event.pointerId) return
      const done = active ? current : undefined
      if (active && byFinger) {
        window.addEventListener('touchend', release, { capture: true, once: true, passive: false })
      }
      if (active) swallowClick(byFinger)
      stop()
      if (!done) return
      const { entry } = done
      if (entry) latest.current.onMove({ ...done, entry })
      else latest.current.onCreate(done.column, done.span)
    }
    const key = (next: KeyboardEvent) => {
      if (next.key !== 'Escape' || !active) return
      next.preventDefault()
      next.stopPropagation()
      swallowClick(byFinger)
      stop()
    }
    // A finger that carries must not scroll the page, nor open the browser's own menu.
    const hold = (next: Event) => active && next.preventDefault()
    // Of the finger that lets go no click is made at all.
    const release = (next: Event) => next.cancelable && next.preventDefault()
    function stop() {
      clearTimeout(rest)
      cancelAnimationFrame(frame)
      active = false
      delete document.body.dataset.agendaDrag
      setDraft(undefined)
      window.removeEventListener('pointermove', move)
      window.removeEventListener('pointerup', up)
      window.removeEventListener('pointercancel', stop)
      window.removeEventListener('keydown', key, { capture: true })
      window.removeEventListener('touchmove', hold)
      window.removeEventListener('contextmenu', hold)
      end.current = () => {}
    }
    end.current = stop
    window.addEventListener('pointermove', move)
    window.addEventListener('pointerup', up)
    window.addEventListener('pointercancel', stop)
    window.addEventListener('keydown', key, { capture: true })
    window.addEventListener('touchmove', hold, { passive: false })
    window.addEventListener('contextmenu', hold)
  }
  return { draft, onPointerDown }
}

/** A finger's click comes a while after it has gone. */
const LATE_CLICK_MS = 400

/** The click that ends a drag is none. */
function swallowClick(byFinger: boolean): void {
  const swallow = (event: Event) => {
    event.preventDefault()
    event.stopPropagation()
  }
  window.addEventListener('click', swallow, { capture: true, once: true })
  setTimeout(
    () => window.removeEventListener('click', swallow, { capture: true }),
    byFinger ? LATE_CLICK_MS : 0,
  )
}
