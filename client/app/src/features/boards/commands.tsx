// What the palette and the keys can do on a board: with the selected or focused cards, and with the
// board itself.
import { useRouter } from '@tanstack/react-router'
import {
  Archive,
  ArrowRightLeft,
  ArrowUpRight,
  CalendarPlus,
  CheckSquare,
  Eye,
  ListFilter,
  Plus,
  SquareKanban,
  Tag,
  UserRound,
  X,
} from 'lucide-react'
import { type Command, useCommands } from '@/commands'
import { booking } from '@/features/customer/booking'
import { useBoards } from '@/live/hooks'
import { Avatar } from '@/ui/avatar'
import type { User } from '@/wire/records'
import { archiveCards, bookFor, moveOnTop, titleOf, toggleOwner } from './actions'
import type { BoardControl } from './control'
import { progressOf, StageGauge } from './gauge'
import type { BoardSearch } from './search'
import { useBoardTexts } from './texts'

export interface CardActions {
  open: (id: string, byKey?: boolean) => void
  openMenu: (kind: 'stage' | 'assign', id: string) => void
  tag: (ids: readonly string[]) => void
}
interface May {
  move: boolean
  edit: boolean
  archive: boolean
}

/** The selected cards, or the one that has the focus. */
function meant(control: BoardControl): string[] {
  const selected = control.selection.get()
  if (selected.size > 0) return control.inBoardOrder(selected)
  const focused = document.activeElement?.closest<HTMLElement>('[data-card]')?.dataset.card
  return focused ? [focused] : []
}

export function useCardCommands(
  control: BoardControl,
  users: readonly User[],
  may: May,
  act: CardActions,
): void {
  const t = useBoardTexts()
  useCommands(
    () => {
      const ids = meant(control)
      return ids.length > 0 ? titleOf(control, ids) : t('oneCard')
    },
    () => cardCommands(meant(control)),
    { about: true },
  )

  function cardCommands(ids: string[]): Command[] {
    const [first] = ids
    if (!first) return keysOnly()
    const { stages } = control
    const only = ids.length === 1
    const current = only ? control.card(first)?.stage_id : undefined
    const list: (Command | false)[] = [
      only && {
        id: 'card.open',
        title: t('open'),
        icon: ArrowUpRight,
        hint: 'Enter',
        run: () => act.open(first, true),
      },
      only && {
        id: 'card.peek',
        title: t('peek'),
        icon: Eye,
        hint: ' ',
        words: 'preview',
        run: () => {
          control.focus(first)
          act.open(first)
        },
      },
      may.move && {
        id: 'card.move',
        title: t('moveTo'),
        icon: ArrowRightLeft,
        hint: 's',
        words: 'move stage aşama',
        run: () => act.openMenu('stage', first),
        children: () =>
          stages.map((stage) => ({
            id: `card.move-${stage.id}`,
            title: stage.name,
            mark: <StageGauge stage={stage} progress={progressOf(stage, stages)} />,
            checked: stage.id === current,
            run: () => moveOnTop(control, ids, stage.id),
          })),
      },
      may.edit && {
        id: 'card.assign',
        title: t('assign'),
        icon: UserRound,
        hint: 'a',
        words: 'owner sorumlu assign',
        run: () => act.openMenu('assign', first),
        children: () =>
          users
            .filter((user) => user.active)
            .map((user) => ({
              id: `card.assign-${user.id}`,
              title: user.name,
              mark: <Avatar person={user} />,
              checked: ids.every((id) => control.card(id)?.owners.includes(user.id)),
              run: () => toggleOwner(control, ids, user.id),
            })),
      },
      may.edit && {
        id: 'card.tag',
        title: t('tag'),
        icon: Tag,
        hint: 'l',
        words: 'label tag',
        run: () => act.tag(ids),
      },
      only && {
        id: 'card.book',
        title: t('book'),
        icon: CalendarPlus,
        words: 'appointment randevu agenda',
        run: () => bookFor(control, first),
      },
      only && {
        id: 'card.select',
        title: t('select'),
        icon: CheckSquare,
        hint: 'x',
        run: () => control.toggle(first),
      },
      control.selection.get().size > 0 && {
        id: 'card.unselect',
        title: t('clearSelection'),
        icon: X,
        hint: 'Escape',
        run: () => control.clearSelection(),
      },
      may.archive && {
        id: 'card.archive',
        title: only ? t('archive') : t('archiveMany', { count: ids.length }),
        icon: Archive,
        danger: true,
        run: () => archiveCards(control, ids),
      },
    ]
    const canBook = booking.get() !== undefined
    return list.filter(
      (command) => command !== false && (canBook || command.id !== 'card.book'),
    ) as Command[]
  }

  /** For the sheet of keys, when no card has the focus. */
  function keysOnly(): Command[] {
    const keys: [string, string][] = [
      [t('open'), 'Enter'],
      [t('peek'), ' '],
      [t('moveTo'), 's'],
      [t('assign'), 'a'],
      [t('tag'), 'l'],
      [t('select'), 'x'],
    ]
    return keys.map(([title, hint]) => ({ id: `card.key-${hint}`, title, hint, keyOnly: true }))
  }

  useCommands(t('boardLabel'), () => [
    { id: 'board.move-1', title: t('moveUpDown'), hint: 'mod+shift+ArrowUp', keyOnly: true },
    { id: 'board.move-2', title: t('moveSideways'), hint: 'mod+shift+ArrowRight', keyOnly: true },
    { id: 'board.ends', title: t('firstLast'), hint: 'Home', keyOnly: true },
    {
      id: 'board.select',
      title: t('selectStage'),
      hint: 'mod+a',
      icon: CheckSquare,
      children: () =>
        control.stages.map((stage) => ({
          id: `board.select-${stage.id}`,
          title: stage.name,
          mark: <StageGauge stage={stage} progress={progressOf(stage, control.stages)} />,
          run: () => control.select(control.visible(stage.id)),
        })),
    },
  ])
}

export function useBoardCommands(
  control: BoardControl,
  options: {
    me: string
    search: BoardSearch
    setSearch: (next: BoardSearch) => void
    add: (() => void) | undefined
    newStage: (() => void) | undefined
  },
): void {
  const t = useBoardTexts()
  const router = useRouter()
  const boards = useBoards()
  useCommands(t('boardLabel'), () => {
    const { search, setSearch, add, newStage, me } = options
    const list: (Command | false | undefined)[] = [
      add && {
        id: 'board.add',
        title: t('addLead'),
        icon: Plus,
        keys: 'n',
        words: 'lead aday yeni new card kart',
        run: add,
      },
      {
        id: 'board.search',
        title: t('searchBoard'),
        icon: ListFilter,
        keys: '/',
        words: 'filter süz ara',
        run: () => document.querySelector<HTMLElement>('.topbar .search input')?.focus(),
      },
      ...(
        [
          ['all', t('viewAll'), {}],
          ['mine', t('viewMine'), { owner: [me] }],
          ['overdue', t('viewOverdue'), { overdue: true }],
        ] as const
      ).map(([id, view, next]) => ({
        id: `board.view-${id}`,
        title: t('viewIs', { view }),
        icon: ListFilter,
        words: 'view filter',
        run: () => setSearch({ ...next } as BoardSearch),
      })),
      Object.keys(search).length > 0 && {
        id: 'board.clear',
        title: t('clearFilters'),
        icon: X,
        run: () => setSearch({}),
      },
      newStage && {
        id: 'board.new-stage',
        title: t('newStage'),
        icon: Plus,
        words: 'stage',
        run: newStage,
      },
      ...boards
        .filter((board) => !board.archived_at && board.id !== control.boardId)
        .map((board) => ({
          id: `board.open-${board.id}`,
          title: t('otherBoard', { board: board.name }),
          icon: SquareKanban,
          words: 'board pano',
          run: () =>
            void router.navigate({
              to: '/boards/$boardId',
              params: { boardId: board.id },
              search: {},
            }),
        })),
    ]
    return list.filter((command) => command !== false && command !== undefined)
  })
}
