// What colleagues' events mean to the person who looks: fresh marks, and a word when a move of mine
// was overtaken.
import type { Ev } from '@/wire/frames'
import { noticeOvertaken, sayMovedByOther } from './actions'
import type { BoardControl } from './control'

export function noticeEvent(control: BoardControl, ev: Ev): void {
  if (ev.by === control.me) return
  const { d } = ev
  const by = ev.by
  switch (ev.op) {
    case 'card.moved': {
      const { card, to } = d as { card: string; to: string }
      control.fresh.mark(card, by, true)
      if (!by) return
      sayMovedByOther(control, card, by)
      control.movedBy.set(card, by)
      noticeOvertaken(control, card, by, to)
      return
    }
    case 'card.moved_many': {
      const { cards, to } = d as { cards: { card: string }[]; to: string }
      for (const { card } of cards) {
        control.fresh.mark(card, by, true)
        if (!by) continue
        control.movedBy.set(card, by)
        noticeOvertaken(control, card, by, to)
      }
      return
    }
    case 'card.created':
    case 'card.updated':
    case 'card.assigned':
    case 'card.restored':
      control.fresh.mark((d as { card: { id: string } }).card.id, by, false)
  }
}
