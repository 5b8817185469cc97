// A press that becomes a drag: the mouse's once it has moved a little, a finger's once it has rested
// for a moment. Near an edge what scrolls goes by; Escape lets it be.
import type { PointerEvent as ReactPointerEvent } from 'react'

const MOUSE_SLACK_PX = 4
const FINGER_SLACK_PX = 9
const FINGER_REST_MS = 320
const EDGE_PX = 44
const EDGE_SPEED_PX = 14

export interface Point {
  x: number
  y: number
}

export interface Press {
  /** What the body says meanwhile, for the cursor's shape. */
  kind: string
  scroller: HTMLElement | null
  draw: (at: Point) => void
  drop: () => void
  /** It is over, dropped or not; before `drop`. */
  off: () => void
}

/** Follows the pointer; answers what stops it. */
export function press(event: ReactPointerEvent, on: Press): () => void {
  const byFinger = event.pointerType === 'touch'
  const began = { x: event.clientX, y: event.clientY }
  let last = began
  let active = false
  let frame = 0

  /** Near the upper and lower edge the day goes by. */
  const scroll = () => {
    frame = 0
    if (!active || !on.scroller) return
    const { top, bottom } = on.scroller.getBoundingClientRect()
    const by =
      last.y > bottom - EDGE_PX ? EDGE_SPEED_PX : last.y < top + EDGE_PX * 2 ? -EDGE_SPEED_PX : 0
    const before = on.scroller.scrollTop
    if (by) on.scroller.scrollTop += by
    if (on.scroller.scrollTop !== before) {
      on.draw(last)
      frame = requestAnimationFrame(scroll)
    }
  }
  const start = () => {
    active = true
    document.body.dataset.agendaDrag = on.kind
    on.draw(last)
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
    on.draw(last)
    if (!frame) frame = requestAnimationFrame(scroll)
  }
  const up = (next: PointerEvent) => {
    if (next.pointerId !== event.pointerId) return
    const wasActive = active
    if (active && byFinger) {
      window.addEventListener('touchend', release, { capture: true, once: true, passive: false })
    }
    if (active) swallowClick(byFinger, last)
    stop()
    if (wasActive) on.drop()
  }
  const key = (next: KeyboardEvent) => {
    if (next.key !== 'Escape' || !active) return
    next.preventDefault()
    next.stopPropagation()
    swallowClick(byFinger, last)
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
    window.removeEventListener('pointermove', move)
    window.removeEventListener('pointerup', up)
    window.removeEventListener('pointercancel', stop)
    window.removeEventListener('keydown', key, { capture: true })
    window.removeEventListener('touchmove', hold)
    window.removeEventListener('contextmenu', hold)
    on.off()
  }
  window.addEventListener('pointermove', move)
  window.addEventListener('pointerup', up)
  window.addEventListener('pointercancel', stop)
  window.addEventListener('keydown', key, { capture: true })
  window.addEventListener('touchmove', hold, { passive: false })
  window.addEventListener('contextmenu', hold)
  return stop
}

/** A finger's click comes a while after it has gone, and where it was: elsewhere it is another one. */
const LATE_CLICK_MS = 400
const LATE_CLICK_PX = 24

/** The click that ends a drag is none. */
function swallowClick(byFinger: boolean, { x, y }: Point): void {
  const swallow = (event: MouseEvent) => {
    if (byFinger && Math.hypot(event.clientX - x, event.clientY - y) > LATE_CLICK_PX) return
    event.preventDefault()
    event.stopPropagation()
    forget()
  }
  const forget = () => window.removeEventListener('click', swallow, { capture: true })
  window.addEventListener('click', swallow, { capture: true })
  setTimeout(forget, byFinger ? LATE_CLICK_MS : 0)
}
