// The board's keyboard. No Alt and no Ctrl+Alt: on Turkish keyboards those type letters.
import { plainKeys } from '@/commands/listen'
import { foldKey } from '@/i18n/fold'
import { moveByKey, saySelected } from './actions'
import type { BoardControl } from './control'

export interface BoardKeyActions {
  open: (id: string) => void
  /** Shows it beside the board while the focus stays. */
  peek: (id: string) => void
  stageMenu: (id: string) => void
  assignMenu: (id: string) => void
  tag: (id: string) => void
  canMove: boolean
  /** The focus has gone to another card. */
  stepped: (id: string) => void
}

const arrows = new Set(['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'])
const letters: Record<string, string> = { j: 'ArrowDown', k: 'ArrowUp' }

/** Answers whether the key was used. */
export function boardKey(
  event: KeyboardEvent,
  control: BoardControl,
  act: BoardKeyActions,
): boolean {
  const target = event.target as HTMLElement
  if (target.closest('input,textarea,select,[contenteditable],[role="menu"],[role="dialog"]'))
    return false
  const id = target.closest<HTMLElement>('[data-card]')?.dataset.card
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey
  const key = foldKey(event.key)

  if (event.key === 'Escape' && control.selection.get().size > 0) {
    control.clearSelection()
    return true
  }
  // Single letters work only while a card has the focus, so that they surprise nobody elsewhere.
  if (!id) return false
  if (event.ctrlKey && event.shiftKey && arrows.has(event.key)) {
    if (act.canMove) moveByKey(control, id, event.key)
    return true
  }
  if ((event.ctrlKey || event.metaKey) && key === 'a') {
    const stage = control.card(id)?.stage_id
    if (stage) control.select(control.visible(stage))
    return true
  }
  if (!plain) return false
  if (event.key === 'Enter') act.open(id)
  else if (event.key === ' ') act.peek(id)
  else if (event.key === 'Home' || event.key === 'End') ends(control, id, event.key === 'Home')
  else if (!plainKeys.get() && event.key.length === 1) return false
  else if (key === 'x') {
    control.toggle(id)
    saySelected(control, id)
  } else if (key === 'l') act.tag(id)
  else if (key === 's' && act.canMove) act.stageMenu(id)
  else if (key === 'a') act.assignMenu(id)
  else {
    const arrow = letters[key] ?? event.key
    if (!arrows.has(arrow)) return false
    step(control, id, arrow, event.shiftKey, act.stepped)
  }
  return true
}

function ends(control: BoardControl, id: string, isFirst: boolean): void {
  const stage = control.card(id)?.stage_id
  const list = stage ? control.visible(stage) : []
  const next = isFirst ? list[0] : list.at(-1)
  if (next) control.focus(next)
}

/** The card beside this one, as the reader sees the board. */
export function cardBeside(control: BoardControl, id: string, arrow: string): string | undefined {
  const stage = control.card(id)?.stage_id
  if (!stage) return undefined
  const list = control.visible(stage)
  const at = list.indexOf(id)
  let next: string | undefined
  if (arrow === 'ArrowUp' || arrow === 'ArrowDown') {
    next = list[at + (arrow === 'ArrowUp' ? -1 : 1)]
  } else {
    const { stages } = control
    let column = stages.findIndex((s) => s.id === stage)
    while (!next) {
      column += arrow === 'ArrowLeft' ? -1 : 1
      const other = stages[column]
      if (!other) return undefined
      const cards = control.visible(other.id)
      next = cards[Math.min(at, cards.length - 1)]
    }
  }
  return next
}

function step(
  control: BoardControl,
  id: string,
  arrow: string,
  extend: boolean,
  stepped: (id: string) => void,
): void {
  const next = cardBeside(control, id, arrow)
  if (!next) return
  if (extend) {
    if (!control.selection.get().has(id)) control.toggle(id)
    control.extendTo(next)
  }
  control.focus(next)
  if (extend) saySelected(control, next)
  else stepped(next)
}
