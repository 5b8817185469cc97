// Dragging with the pointer, on pragmatic-drag-and-drop: cards between and within stages, stage
// headers among each other. Marks are set on the DOM directly; no component redraws while moving.
import { combine } from '@atlaskit/pragmatic-drag-and-drop/combine'
import {
  draggable,
  dropTargetForElements,
  type ElementDropTargetEventBasePayload,
  monitorForElements,
} from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import { setCustomNativeDragPreview } from '@atlaskit/pragmatic-drag-and-drop/element/set-custom-native-drag-preview'
import { preserveOffsetOnSource } from '@atlaskit/pragmatic-drag-and-drop/utils/preserve-offset-on-source'
import { autoScrollForElements } from '@atlaskit/pragmatic-drag-and-drop-auto-scroll/element'
import {
  attachClosestEdge,
  extractClosestEdge,
} from '@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge'
import { moveCards, type Target, tellDragging } from './actions'
import type { BoardControl } from './control'
import { isTemporary } from './model'

type Cleanup = () => void
const CARD = 'card'
const STAGE = 'stage'

/** The card that is in the hand now; its row must stay mounted. */
export const inHand: { id: string | undefined } = { id: undefined }

export function dragCard(slot: HTMLElement, id: string, control: BoardControl): Cleanup {
  if (isTemporary(id)) return () => {}
  const unmark = () => delete slot.dataset.edge
  const mark = ({ self, source }: ElementDropTargetEventBasePayload) => {
    if ((source.data.ids as string[]).includes(id)) unmark()
    else slot.dataset.edge = extractClosestEdge(self.data) ?? ''
  }
  return combine(
    draggable({
      element: slot,
      canDrag: () => matchMedia('(hover: hover)').matches,
      getInitialData: () => ({ kind: CARD, id, ids: control.group(id) }),
      onGenerateDragPreview: ({ nativeSetDragImage, location }) =>
        setCustomNativeDragPreview({
          nativeSetDragImage,
          getOffset: preserveOffsetOnSource({ element: slot, input: location.current.input }),
          render: ({ container }) => preview(container, slot, control.group(id).length),
        }),
    }),
    dropTargetForElements({
      element: slot,
      canDrop: ({ source }) => source.data.kind === CARD,
      getData: ({ input, element }) =>
        attachClosestEdge({ kind: CARD, id }, { input, element, allowedEdges: ['top', 'bottom'] }),
      onDragEnter: mark,
      onDrag: mark,
      onDragLeave: unmark,
      onDrop: unmark,
    }),
  )
}

export function preview(container: HTMLElement, slot: HTMLElement, count: number): void {
  const card = slot.querySelector('.card')
  if (!card) return
  const box = document.createElement('div')
  box.className = count > 1 ? 'drag-preview many' : 'drag-preview'
  box.style.width = `${slot.clientWidth + 12}px`
  box.append(card.cloneNode(true))
  if (count > 1) {
    const badge = document.createElement('span')
    badge.className = 'cnt'
    badge.textContent = String(count)
    box.append(badge)
  }
  container.append(box)
}

/** A column takes cards, and other columns beside it. One element can be one drop target only. */
export function dropOnStage(
  column: HTMLElement,
  scroller: HTMLElement,
  stage: string,
  reorder: (moved: string, target: string, edge: 'left' | 'right') => void,
): Cleanup {
  const unmark = () => {
    delete column.dataset.over
    delete column.dataset.edge
    delete scroller.dataset.end
  }
  const mark = ({ location, self, source }: ElementDropTargetEventBasePayload) => {
    if (source.data.kind === STAGE) {
      if (source.data.id !== stage) column.dataset.edge = extractClosestEdge(self.data) ?? ''
      return
    }
    column.dataset.over = ''
    // Over no card: the end of the stage.
    if (location.current.dropTargets[0]?.element === column) scroller.dataset.end = ''
    else delete scroller.dataset.end
  }
  return combine(
    dropTargetForElements({
      element: column,
      canDrop: ({ source }) => source.data.kind === CARD || source.data.kind === STAGE,
      getData: ({ input, element }) =>
        attachClosestEdge(
          { kind: STAGE, id: stage },
          { input, element, allowedEdges: ['left', 'right'] },
        ),
      onDragEnter: mark,
      onDrag: mark,
      onDragLeave: unmark,
      onDrop: ({ self, source }) => {
        unmark()
        const edge = extractClosestEdge(self.data)
        if (source.data.kind !== STAGE || source.data.id === stage) return
        if (edge === 'left' || edge === 'right') reorder(String(source.data.id), stage, edge)
      },
    }),
    autoScrollForElements({
      element: scroller,
      canScroll: ({ source }) => source.data.kind === CARD,
    }),
  )
}

export function dragStage(column: HTMLElement, handle: HTMLElement, stage: string): Cleanup {
  return draggable({
    element: column,
    dragHandle: handle,
    canDrag: () => matchMedia('(hover: hover)').matches,
    getInitialData: () => ({ kind: STAGE, id: stage }),
    onDragStart: () => {
      column.dataset.dragged = ''
    },
    onDrop: () => delete column.dataset.dragged,
  })
}

/** Where a card dropped beside `over` comes to lie, without those that move. */
export function targetBeside(
  control: BoardControl,
  over: string,
  edge: 'top' | 'bottom',
  moving: readonly string[],
): Target | undefined {
  const stage = control.card(over)?.stage_id
  if (!stage) return undefined
  const taken = new Set(moving)
  const order = control.visible(stage).filter((id) => id === over || !taken.has(id))
  const at = order.indexOf(over)
  const rest = order.filter((id) => !taken.has(id))
  const before = taken.has(over) ? order[at + 1] : edge === 'top' ? over : order[at + 1]
  const place = before === undefined ? rest.length : rest.indexOf(before)
  return { stage, after: rest[place - 1], before: rest[place] }
}

/** Where something is let go: beside a card, or below all of a stage. */
export interface Spot {
  stage: string
  over?: string
  edge?: 'top' | 'bottom'
}

export function landing(
  control: BoardControl,
  { stage, over, edge = 'bottom' }: Spot,
  moving: readonly string[],
): Target | undefined {
  if (over) return targetBeside(control, over, edge, moving)
  const rest = control.visible(stage).filter((id) => !moving.includes(id))
  return { stage, after: rest.at(-1) }
}

export function extractEdge(slot: HTMLElement, y: number): 'top' | 'bottom' {
  const box = slot.getBoundingClientRect()
  return y < box.top + box.height / 2 ? 'top' : 'bottom'
}

/** The places of cards in the hand are drawn as ghosts. */
export function markGhosts(board: HTMLElement, ids: readonly string[], on: boolean): void {
  for (const id of ids) {
    const slot = board
      .querySelector<HTMLElement>(`[data-card="${id}"]`)
      ?.closest<HTMLElement>('.card-slot')
    if (!slot) continue
    if (on) slot.dataset.ghost = ''
    else delete slot.dataset.ghost
  }
}

/** Watches all drags of a board. `repeat` keeps telling colleagues while the hand is still. */
export function watchDrags(board: HTMLElement, control: BoardControl): Cleanup {
  let repeat: ReturnType<typeof setInterval> | undefined
  return combine(
    autoScrollForElements({ element: board }),
    monitorForElements({
      canMonitor: ({ source }) => source.data.kind === CARD,
      onDragStart: ({ source }) => {
        const ids = source.data.ids as string[]
        inHand.id = String(source.data.id)
        control.orders.freeze()
        markGhosts(board, ids, true)
        tellDragging(control, ids)
        repeat = setInterval(() => tellDragging(control, ids), 2000)
      },
      onDrop: ({ source, location }) => {
        const ids = source.data.ids as string[]
        clearInterval(repeat)
        inHand.id = undefined
        markGhosts(board, ids, false)
        tellDragging(control, null)
        const [inner] = location.current.dropTargets
        const id = String(inner?.data.id)
        const edge = inner && extractClosestEdge(inner.data) === 'top' ? 'top' : 'bottom'
        const spot: Spot | undefined =
          inner?.data.kind === CARD
            ? { stage: '', over: id, edge }
            : inner?.data.kind === STAGE
              ? { stage: id }
              : undefined
        const target = spot && landing(control, spot, ids)
        if (target) moveCards(control, ids, target)
        control.orders.thaw()
      },
    }),
  )
}
