// The columns, and every way to touch a card: click, keys, right click, long press, drag.
import { useRouter } from '@tanstack/react-router'
import { Suspense, useCallback, useEffect, useRef, useState } from 'react'
import type { Walk } from '@/features/customer/panel'
import { usePresence } from '@/live/hooks'
import { useDerived, useObservable } from '@/live/observable'
import { usePermission } from '@/session/session'
import { usePhone } from '@/ui/media'
import type { Card, Stage, User } from '@/wire/records'
import { moveCards } from './actions'
import type { OpenMenu } from './card-menu'
import { Column } from './column'
import { useCardCommands } from './commands'
import type { BoardControl } from './control'
import { watchDrags } from './drag'
import type { CardFilter } from './filter'
import { progressOf } from './gauge'
import { boardKey, cardBeside } from './keys'
import { BulkBar, CardMenu, CustomerPanel, RequireSheet, StageMenu, TagDialog } from './lazy'
import { marquee } from './marquee'
import { isTemporary } from './model'
import type { StageAction } from './stage-menu'
import { reorderStages } from './stages'
import { useBoardTexts } from './texts'
import { touchDrag } from './touch-drag'

const floating = 'input,textarea,select,[contenteditable],[role="menu"],[role="dialog"]'

export function BoardView({
  control,
  filter,
  stages,
  users,
  onStage,
  beside,
  onBeside,
}: {
  control: BoardControl
  filter: CardFilter | undefined
  stages: readonly Stage[]
  users: readonly User[]
  onStage: (action: StageAction) => void
  /** The customer that is open beside the board. */
  beside: string | undefined
  onBeside: (customer: string | undefined) => void
}) {
  const t = useBoardTexts()
  const router = useRouter()
  const isPhone = usePhone()
  const asking = useObservable(control.asking)
  const [takeFocus, setTakeFocus] = useState(0)
  const board = useRef<HTMLDivElement>(null)
  const { holding } = usePresence(control.source)
  const [menu, setMenu] = useState<OpenMenu | null>(null)
  const [tagging, setTagging] = useState<readonly string[] | null>(null)
  const hasSelection = useDerived(control.selection, (ids) => ids.size > 0)
  const move = usePermission('cards.move')
  const edit = usePermission('cards.edit')
  const archive = usePermission('cards.archive')
  const create = usePermission('cards.create')
  const manage = usePermission('boards.manage')

  const open = useCallback(
    (id: string, byKey = false) => {
      const customer = control.card(id)?.customer_id
      if (!customer) return
      setTakeFocus((times) => (byKey ? times + 1 : 0))
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
    open(next, takeFocus > 0)
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
  // An address from a wide screen leads to the same customer on a phone.
  useEffect(() => {
    if (!isPhone || !beside) return
    const params = { customerId: beside }
    void router.navigate({ to: '/customers/$customerId', params, replace: true })
  }, [isPhone, beside, router])
  useEffect(() => {
    if (board.current) return watchDrags(board.current, control)
  }, [control])
  useEffect(() => {
    if (board.current) return marquee(board.current, control)
  }, [control])
  useEffect(() => {
    if (!board.current) return
    return touchDrag(board.current, control, {
      canMove: () => move,
      openMenu: (id) => {
        control.focused.set(id)
        openMenu('all', id)
      },
    })
  }, [control, move, openMenu])
  useFocusKept(board, control)

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
        tag: (id) => edit && setTagging(control.group(id)),
        peek: (id) => (beside ? onBeside(undefined) : open(id)),
        canMove: move,
      })
      if (used) event.preventDefault()
    }
    window.addEventListener('keydown', listener)
    return () => window.removeEventListener('keydown', listener)
  }, [control, open, openMenu, move, edit, beside, onBeside])

  useCardCommands(control, users, { move, edit, archive }, { open, openMenu, tag: setTagging })

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
        <p id="board-keys" className="vh">
          {t('boardKeys')}
        </p>
        <div
          className="board-cols"
          ref={board}
          role="group"
          aria-label={t('boardLabel')}
          aria-describedby="board-keys"
        >
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
                <Suspense>
                  <StageMenu
                    control={control}
                    stage={stage}
                    canManage={manage}
                    canCreate={create}
                    onAction={onStage}
                  />
                </Suspense>
              }
            />
          ))}
        </div>
        <Suspense>
          {hasSelection && (
            <BulkBar control={control} users={users} may={{ move, edit, archive }} />
          )}
        </Suspense>
      </div>
      {beside && !isPhone && (
        <Suspense fallback={<aside className="viewer" />}>
          <CustomerPanel id={beside} takeFocus={takeFocus} onClose={close} onWalk={walk} />
        </Suspense>
      )}
      <Suspense>
        {menu && (
          <CardMenu
            open={menu}
            onClose={() => setMenu(null)}
            onOpenCustomer={open}
            control={control}
            users={users}
            may={{ move, edit, archive }}
          />
        )}
        {tagging && <TagDialog control={control} ids={tagging} onClose={() => setTagging(null)} />}
        {asking && (
          <RequireSheet
            key={asking.ids.join()}
            stage={control.stage(asking.target.stage)?.name ?? ''}
            questions={asking.questions}
            count={asking.ids.length}
            onAnswer={(answers) => void moveCards(control, asking.ids, asking.target, answers)}
            onClose={() => control.asking.set(null)}
          />
        )}
      </Suspense>
    </div>
  )
}

/** A card that goes away under the focus hands it to the one that takes its place. */
function useFocusKept(board: React.RefObject<HTMLDivElement | null>, control: BoardControl): void {
  useEffect(() => {
    const element = board.current
    if (!element) return
    let isInside = false
    const into = () => {
      isInside = true
    }
    // A removed element leaves the focus to the page and to nothing else.
    const out = (event: FocusEvent) => {
      const left = event.target as HTMLElement
      if (event.relatedTarget || (left.isConnected && document.hasFocus())) isInside = false
    }
    const check = () =>
      requestAnimationFrame(() => {
        if (!isInside || document.activeElement !== document.body) return
        const next = control.nearest()
        if (next) control.focus(next)
      })
    element.addEventListener('focusin', into)
    element.addEventListener('focusout', out)
    const stop = control.orders.subscribe('*', check)
    return () => {
      stop()
      element.removeEventListener('focusin', into)
      element.removeEventListener('focusout', out)
    }
  }, [board, control])
}

/** Clicks and right clicks, heard once for the whole board. */
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
    const click = (event: MouseEvent) => {
      const id = cardOf(event)
      if (!id) {
        if ((event.target as HTMLElement).closest('.cards')) control.clearSelection()
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
      control.focused.set(id)
      openMenu('all', id)
    }
    const assign = (event: Event) => openMenu('assign', (event as CustomEvent<string>).detail)
    const focusin = (event: FocusEvent) => {
      const id = cardOf(event)
      if (id) control.notePlace(id)
    }
    element.addEventListener('click', click)
    element.addEventListener('contextmenu', menu)
    element.addEventListener('board-assign', assign)
    element.addEventListener('focusin', focusin)
    return () => {
      element.removeEventListener('click', click)
      element.removeEventListener('contextmenu', menu)
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
