// Dragging with the finger: a long press lifts the card, moving carries it, letting go without
// having moved opens its menu. Near the edges the column or the board scrolls on.

import { moveCards, tellDragging } from './actions'
import type { BoardControl } from './control'
import { extractEdge, inHand, landing, markGhosts, preview, type Spot } from './drag'
import { isTemporary } from './model'

const LIFTS_AFTER_MS = 380
const SLIP_PX = 10
const EDGE_PX = 44
const TURN_AFTER_MS = 550

interface Carried {
  id: string
  ids: string[]
  ghost: HTMLElement
  hasMoved: boolean
  x: number
  y: number
  /** Since when the finger rests at the left or right edge. */
  edgeSince: number
  edge: -1 | 0 | 1
  spot: Spot | undefined
  frame: number
}

export interface TouchDragOptions {
  canMove: () => boolean
  openMenu: (id: string) => void
}

export function touchDrag(
  board: HTMLElement,
  control: BoardControl,
  { canMove, openMenu }: TouchDragOptions,
): () => void {
  let pressed:
    | { id: string; x: number; y: number; timer: ReturnType<typeof setTimeout> }
    | undefined
  let carried: Carried | undefined
  let marked: HTMLElement[] = []
  /** The press has opened a menu: letting go is no click. */
  let isDone = false

  const unmark = () => {
    for (const element of marked) {
      delete element.dataset.edge
      delete element.dataset.over
      delete element.dataset.end
    }
    marked = []
  }
  const cancelPress = () => {
    clearTimeout(pressed?.timer)
    pressed = undefined
  }

  const lift = (id: string, x: number, y: number) => {
    const card = board.querySelector<HTMLElement>(`[data-card="${id}"]`)
    const slot = card?.closest<HTMLElement>('.card-slot')
    if (!slot || isTemporary(id)) return
    navigator.vibrate?.(12)
    const ids = control.group(id)
    const ghost = document.createElement('div')
    ghost.className = 'touch-ghost'
    preview(ghost, slot, ids.length)
    document.body.append(ghost)
    control.orders.freeze()
    inHand.id = id
    markGhosts(board, ids, true)
    carried = {
      id,
      ids,
      ghost,
      x,
      y,
      hasMoved: false,
      edge: 0,
      edgeSince: 0,
      spot: undefined,
      frame: 0,
    }
    follow()
  }

  /** Where the card would come to lie under the finger, and the marks that say so. */
  const look = (now: Carried) => {
    unmark()
    now.spot = undefined
    const under = document.elementFromPoint(now.x, now.y)
    const column = under?.closest<HTMLElement>('[data-stage]')
    if (!under || !column || !board.contains(column)) return
    const stage = column.dataset.stage as string
    column.dataset.over = ''
    marked.push(column)
    const slot = under.closest<HTMLElement>('.card-slot')
    const over = slot?.querySelector<HTMLElement>('[data-card]')?.dataset.card
    if (slot && over) {
      const edge = extractEdge(slot, now.y)
      now.spot = { stage, over, edge }
      if (!now.ids.includes(over)) {
        slot.dataset.edge = edge
        marked.push(slot)
      }
    } else {
      now.spot = { stage }
      const list = column.querySelector<HTMLElement>('.cards')
      if (list) {
        list.dataset.end = ''
        marked.push(list)
      }
    }
  }

  const follow = () => {
    const now = carried
    if (!now) return
    now.ghost.style.transform = `translate(${now.x}px, ${now.y}px)`
    if (now.hasMoved) {
      look(now)
      scroll(now)
    }
    now.frame = requestAnimationFrame(follow)
  }

  const scroll = (now: Carried) => {
    const list = now.spot
      ? board.querySelector<HTMLElement>(`[data-stage="${now.spot.stage}"] .cards`)
      : undefined
    if (list) {
      const box = list.getBoundingClientRect()
      if (now.y < box.top + EDGE_PX) list.scrollTop -= 9
      else if (now.y > box.bottom - EDGE_PX) list.scrollTop += 9
    }
    const edge = now.x < EDGE_PX ? -1 : now.x > innerWidth - EDGE_PX ? 1 : 0
    if (edge !== now.edge) {
      now.edge = edge
      now.edgeSince = performance.now()
    }
    if (edge === 0 || performance.now() - now.edgeSince < TURN_AFTER_MS) return
    // One stage a page: rest at the edge to turn it, and again for the next.
    now.edgeSince = performance.now()
    const width = board.querySelector<HTMLElement>('[data-stage]')?.offsetWidth ?? innerWidth
    board.scrollBy({ left: edge * width, behavior: 'smooth' })
  }

  const drop = (isCancelled: boolean) => {
    const now = carried
    carried = undefined
    if (!now) return
    cancelAnimationFrame(now.frame)
    now.ghost.remove()
    unmark()
    markGhosts(board, now.ids, false)
    if (now.hasMoved) tellDragging(control, null)
    const target = !isCancelled && now.spot ? landing(control, now.spot, now.ids) : undefined
    if (target && now.hasMoved) moveCards(control, now.ids, target)
    inHand.id = undefined
    control.orders.thaw()
    if (!now.hasMoved && !isCancelled) openMenu(now.id)
  }

  const start = (event: TouchEvent) => {
    cancelPress()
    isDone = false
    const [touch] = event.touches
    const id = (event.target as Element).closest<HTMLElement>('[data-card]')?.dataset.card
    if (!touch || !id || event.touches.length > 1) {
      drop(true)
      return
    }
    const { clientX: x, clientY: y } = touch
    const timer = setTimeout(() => {
      pressed = undefined
      if (canMove()) lift(id, x, y)
      else {
        isDone = true
        openMenu(id)
      }
    }, LIFTS_AFTER_MS)
    pressed = { id, x, y, timer }
  }
  const move = (event: TouchEvent) => {
    const [touch] = event.touches
    if (!touch) return
    if (pressed && Math.hypot(touch.clientX - pressed.x, touch.clientY - pressed.y) > SLIP_PX)
      cancelPress()
    if (!carried) return
    // The page must not scroll under a card in the hand.
    event.preventDefault()
    if (
      !carried.hasMoved &&
      Math.hypot(touch.clientX - carried.x, touch.clientY - carried.y) < SLIP_PX
    )
      return
    if (!carried.hasMoved) tellDragging(control, carried.ids)
    carried.hasMoved = true
    carried.x = touch.clientX
    carried.y = touch.clientY
  }
  const end = (event: TouchEvent) => {
    cancelPress()
    if (!carried && !isDone) return
    // No click after a lift.
    event.preventDefault()
    drop(false)
  }
  const cancel = () => {
    cancelPress()
    drop(true)
  }
  const noMenu = (event: Event) => {
    if (!carried) return
    event.preventDefault()
    event.stopImmediatePropagation()
  }
  board.addEventListener('touchstart', start, { passive: true })
  board.addEventListener('touchmove', move, { passive: false })
  board.addEventListener('touchend', end)
  board.addEventListener('touchcancel', cancel)
  board.addEventListener('contextmenu', noMenu, { capture: true })
  return () => {
    cancel()
    board.removeEventListener('touchstart', start)
    board.removeEventListener('touchmove', move)
    board.removeEventListener('touchend', end)
    board.removeEventListener('touchcancel', cancel)
    board.removeEventListener('contextmenu', noMenu, { capture: true })
  }
}
