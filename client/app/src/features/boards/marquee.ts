// Selecting with the mouse: a frame drawn from an empty place takes the cards it touches. With Ctrl
// or Shift it adds to what is selected.
import type { BoardControl } from './control'

const BEGINS_AFTER_PX = 5
const notFrom = '[data-card],button,a,input,header,[role="toolbar"]'

interface Point {
  x: number
  y: number
}

const isOnScrollbar = (event: PointerEvent): boolean => {
  const element = event.target as HTMLElement
  const box = element.getBoundingClientRect()
  return (
    event.clientX - box.left > element.clientWidth || event.clientY - box.top > element.clientHeight
  )
}

export function marquee(board: HTMLElement, control: BoardControl): () => void {
  let from: Point | undefined
  let frame: HTMLElement | undefined
  let kept: ReadonlySet<string> = new Set()

  const draw = ({ clientX: x, clientY: y }: PointerEvent) => {
    if (!from) return
    if (!frame) {
      if (Math.hypot(x - from.x, y - from.y) < BEGINS_AFTER_PX) return
      frame = document.createElement('div')
      frame.className = 'marquee'
      document.body.append(frame)
    }
    const left = Math.min(x, from.x)
    const top = Math.min(y, from.y)
    const right = Math.max(x, from.x)
    const bottom = Math.max(y, from.y)
    frame.style.cssText = `left:${left}px;top:${top}px;width:${right - left}px;height:${bottom - top}px`
    const ids = new Set(kept)
    for (const card of board.querySelectorAll<HTMLElement>('[data-card]')) {
      const box = card.getBoundingClientRect()
      if (box.left < right && box.right > left && box.top < bottom && box.bottom > top)
        ids.add(card.dataset.card as string)
    }
    control.select(ids)
  }
  const stop = () => {
    removeEventListener('pointermove', draw)
    removeEventListener('pointerup', up)
    removeEventListener('pointercancel', stop)
    frame?.remove()
    frame = undefined
    from = undefined
  }
  const up = () => {
    if (frame) {
      // The click that ends a frame is no click beside the cards.
      const swallow = (event: Event) => event.stopPropagation()
      addEventListener('click', swallow, { capture: true, once: true })
      setTimeout(() => removeEventListener('click', swallow, { capture: true }))
      const [first] = control.inBoardOrder(control.selection.get())
      if (first) control.focus(first)
    }
    stop()
  }
  const down = (event: PointerEvent) => {
    if (event.pointerType !== 'mouse' || event.button !== 0) return
    if ((event.target as Element).closest(notFrom) || isOnScrollbar(event)) return
    from = { x: event.clientX, y: event.clientY }
    kept = event.ctrlKey || event.metaKey || event.shiftKey ? control.selection.get() : new Set()
    addEventListener('pointermove', draw)
    addEventListener('pointerup', up)
    addEventListener('pointercancel', stop)
  }
  // Otherwise the frame would also mark text.
  const noText = (event: MouseEvent) => {
    if (from && event.button === 0) event.preventDefault()
  }
  board.addEventListener('pointerdown', down)
  board.addEventListener('mousedown', noText)
  return () => {
    stop()
    board.removeEventListener('pointerdown', down)
    board.removeEventListener('mousedown', noText)
  }
}
