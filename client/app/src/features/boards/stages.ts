// Stages among each other.
import { perform } from '@/live/live'
import type { BoardControl } from './control'
import { isTemporary } from './model'
import { boardTexts } from './texts'

export function reorderStages(control: BoardControl, order: readonly string[]): void {
  if (order.some(isTemporary)) return
  const d = { order: [...order] }
  void perform({
    topic: control.topic,
    op: 'stage.reorder',
    d,
    label: boardTexts('stagesReordered'),
  })
}
