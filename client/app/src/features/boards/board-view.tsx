// The columns, and every way to touch a card: click, keys, right click, long press, drag.
import { useRouter } from '@tanstack/react-router'
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react'
import type { Walk } from '@/features/customer/panel'
import { usePresence } from '@/live/hooks'
import { useObservable } from '@/live/observable'
import { usePermission } from '@/session/session'
import { usePhone } from '@/ui/media'
import type { Card, Stage, User } from '@/wire/records'
import { moveCards } from './actions'
import { BulkBar } from './bulk-bar'
import { CardMenu, type OpenMenu } from './card-menu'
import { Column } from './column'
import type { BoardControl } from './control'
import { watchDrags } from './drag'
import type { CardFilter } from './filter'
import { progressOf } from './gauge'
import { boardKey, cardBeside } from './keys'
import { isTemporary } from './model'
import { reorderStages, type StageAction, StageMenu } from './stage-menu'
import { useBoardTexts } from './texts'

// The viewer is a chunk of its own; a board without it opens sooner.
const CustomerPanel = lazy(() =>
  import('@/features/customer/panel').then((m) => ({ default: m.CustomerPanel })),
)
const RequireSheet = lazy(() =>
  import('@/features/activities/require-sheet').then((m) => ({ default: m.RequireSheet })),
)

const LONG_PRESS_MS = 480
const floating = 'input,textarea,select,[contenteditable],[role="menu"],[role="dialog"]'

export function BoardView({
  control,
  filter,
  stages,
  users,
  onStage,
  onAdd,
  beside,
  onBeside,
}: {
  control: BoardControl
  filter: CardFilter | undefined
  stages: readonly Stage[]
  users: readonly User[]
  onStage: (action: StageAction) => void
  onAdd: () => void
  /** The customer that is open beside the board. */
  beside: string | undefined
  onBeside: (customer: string | undefined) => void
}) {
  const t = useBoardTexts()
  const router = useRouter()
  const isPhone = usePhone()
  const asking = useObservable(control.asking)
  const [takeFocus, setTakeFocus] = useState(false)
  const board = useRef<HTMLDivElement>(null)
  const { holding } = usePresence(control.source)
  const [menu, setMenu] = useState<OpenMenu | null>(null)
  const move = usePermission('cards.move')
  const edit = usePermission('cards.edit')
  const archive = usePermission('cards.archive')
  const create = usePermission('cards.create')
  const manage = usePermission('boards.manage')

  const open = useCallback(
    (id: string, byKey = false) => {
      const customer = control.card(id)?.customer_id
      if (!customer) return
      setTakeFocus(byKey)
      // A phone has no room beside the board.
      if (isPhone)
        void router.navigate({ to: '/customers/$customerId', params: { customerId: customer } })
      else onBeside(customer)
    },
    [control, router, isPhone, onBeside],
  )
  const cardOf = useCallback(
    (customer: string) => {
      const focused = control.focused.get()
      if (focused && control.card(focused)?.customer_id === customer) return focused
      return control.source.list<Card>('cards').find((each) => each.customer_id === customer)?.id
    },
    [control],
  )
  const walk = (where: Walk) => {
    const from = beside && cardOf(beside)
    const next = from && cardBeside(control, from, where)
    if (!next) return
    control.show(next)
    open(next, takeFocus)
  }
  const close = () => {
    const card = beside && cardOf(beside)
    onBeside(undefined)
    if (card) requestAnimationFrame(() => control.focus(card))
  }
  const openMenu = useCallback((kind: OpenMenu['kind'], id: string) => {
    const anchor = board.current?.querySelector(`[data-card="${id}"]`)
    if (anchor && !isTemporary(id)) setMenu({ kind, id, anchor })
  }, [])

  useEffect(() => control.beside.set(beside), [control, beside])
  useEffect(() => {
    if (board.current) return watchDrags(board.current, control)
  }, [control])

  useEffect(() => {
    const listener = (event: KeyboardEvent) => {
      // What is open beside the board has its own keys, and they win.
      if (event.defaultPrevented) return
      if (event.key === 'Escape' && beside && control.selection.get().size === 0) {
        if (!(event.target as HTMLElement).closest(floating)) onBeside(undefined)
        return
      }
      const used = boardKey(event, control, {
        open: (id) => open(id, true),
        stepped: (id) => beside && open(id),
        stageMenu: (id) => openMenu('stage', id),
        assignMenu: (id) => edit && openMenu('assign', id),
        add: onAdd,
        canMove: move,
      })
      if (used) event.preventDefault()
    }
    window.addEventListener('keydown', listener)
    return () => window.removeEventListener('keydown', listener)
  }, [control, open, openMenu, onAdd, move, edit, beside, onBeside])

  useCardPointer(board, control, open, openMenu)

  const onReorder = useCallback(
    (moved: string, target: string, edge: 'left' | 'right') => {
      const order = control.stages.map((s) => s.id).filter((id) => id !== moved)
      order.splice(order.indexOf(target) + (edge === 'right' ? 1 : 0), 0, moved)
      reorderStages(control, order)
    },
    [control],
  )
  return (
    <div className="board-split">
      <div className="board-main">
        <Pips board={board} stages={stages} />
        <div className="bd" ref={board} role="group" aria-label={t('boardLabel')}>
          {stages.map((stage) => (
            <Column
              key={stage.id}
              stage={stage}
              progress={progressOf(stage, stages)}
              control={control}
              filter={filter}
              users={users}
              holding={holding}
              canMove={move}
              canManage={manage}
              onReorder={onReorder}
              menu={
                <StageMenu
                  control={control}
                  stage={stage}
                  canManage={manage}
                  canCreate={create}
                  onAction={onStage}
                />
              }
            />
          ))}
        </div>
        <BulkBar control={control} users={users} may={{ move, edit, archive }} />
      </div>
      {beside && !isPhone && (
        <Suspense fallback={<aside className="viewer" />}>
          <CustomerPanel id={beside} takeFocus={takeFocus} onClose={close} onWalk={walk} />
        </Suspense>
      )}
      <CardMenu
        open={menu}
        onClose={() => setMenu(null)}
        onOpenCustomer={open}
        control={control}
        users={users}
        may={{ move, edit, archive }}
      />
      {asking && (
        <Suspense>
          <RequireSheet
            key={asking.ids.join()}
            stage={control.stage(asking.target.stage)?.name ?? ''}
            questions={asking.questions}
            count={asking.ids.length}
            onAnswer={(answers) => void moveCards(control, asking.ids, asking.target, answers)}
            onClose={() => control.asking.set(null)}
          />
        </Suspense>
      )}
    </div>
  )
}

/** Clicks, right clicks and long presses, heard once for the whole board. */
function useCardPointer(
  board: React.RefObject<HTMLDivElement | null>,
  control: BoardControl,
  open: (id: string) => void,
  openMenu: (kind: OpenMenu['kind'], id: string) => void,
): void {
  useEffect(() => {
    const element = board.current
    if (!element) return
    const cardOf = (event: Event) =>
      (event.target as HTMLElement).closest<HTMLElement>('[data-card]')?.dataset.card
    let pressed: ReturnType<typeof setTimeout> | undefined
    let wasLong = false
    const cancel = () => clearTimeout(pressed)
    const click = (event: MouseEvent) => {
      const id = cardOf(event)
      if (!id) {
        if ((event.target as HTMLElement).closest('.cards')) control.clearSelection()
        return
      }
      if (wasLong) {
        wasLong = false
        return
      }
      control.focused.set(id)
      if (event.shiftKey) {
        control.extendTo(id)
        getSelection()?.removeAllRanges()
      } else if (event.ctrlKey || event.metaKey) control.toggle(id)
      else if (control.selection.get().size > 0) control.toggle(id)
      else open(id)
    }
    const menu = (event: MouseEvent) => {
      const id = cardOf(event)
      if (!id) return
      event.preventDefault()
      cancel()
      control.focused.set(id)
      openMenu('all', id)
    }
    const down = (event: PointerEvent) => {
      cancel()
      wasLong = false
      const id = cardOf(event)
      if (!id || event.pointerType !== 'touch') return
      pressed = setTimeout(() => {
        wasLong = true
        openMenu('all', id)
      }, LONG_PRESS_MS)
    }
    const assign = (event: Event) => openMenu('assign', (event as CustomEvent<string>).detail)
    const focusin = (event: FocusEvent) => {
      const id = cardOf(event)
      if (id) control.focused.set(id)
    }
    element.addEventListener('click', click)
    element.addEventListener('contextmenu', menu)
    element.addEventListener('pointerdown', down)
    for (const type of ['pointerup', 'pointermove', 'pointercancel', 'scroll'])
      element.addEventListener(type, cancel, { capture: true, passive: true })
    element.addEventListener('board-assign', assign)
    element.addEventListener('focusin', focusin)
    return () => {
      cancel()
      element.removeEventListener('click', click)
      element.removeEventListener('contextmenu', menu)
      element.removeEventListener('pointerdown', down)
      for (const type of ['pointerup', 'pointermove', 'pointercancel', 'scroll'])
        element.removeEventListener(type, cancel, { capture: true })
      element.removeEventListener('board-assign', assign)
      element.removeEventListener('focusin', focusin)
    }
  }, [board, control, open, openMenu])
}

/** On a phone: which stage is in sight, and a way to the others. */
function Pips({
  board,
  stages,
}: {
  board: React.RefObject<HTMLDivElement | null>
  stages: readonly Stage[]
}) {
  const t = useBoardTexts()
  const [current, setCurrent] = useState(0)
  useEffect(() => {
    const element = board.current
    if (!element) return
    const onScroll = () =>
      setCurrent(Math.round(element.scrollLeft / Math.max(1, element.clientWidth)))
    element.addEventListener('scroll', onScroll, { passive: true })
    return () => element.removeEventListener('scroll', onScroll)
  }, [board])
  return (
    <nav className="pips" aria-label={t('stages')}>
      {stages.map((stage, i) => (
        <button
          type="button"
          key={stage.id}
          aria-label={stage.name}
          aria-current={i === current}
          onClick={() =>
            board.current?.scrollTo({
              left: i * (board.current.clientWidth ?? 0),
              behavior: 'smooth',
            })
          }
        >
          <i />
        </button>
      ))}
    </nav>
  )
}
