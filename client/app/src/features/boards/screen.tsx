// The board screen: title row, filters, columns, and the menus and sheets that belong to them.
import './model'
import './board.css'
import './card.css'
import './drag.css'
import './parts.css'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { Archive, ChevronDown, Plus } from 'lucide-react'
import { Suspense, useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import type { View, ViewQuery } from '@/features/views/model'
import { useCommonTexts } from '@/i18n/common'
import { useRow, useTopic, useTopicEvents, useTopicStatus, useUsers } from '@/live/hooks'
import { perform } from '@/live/live'
import { errorText } from '@/session/errors'
import { usePermission, useSignedIn } from '@/session/session'
import { Screen } from '@/shell/screen'
import { Button } from '@/ui/button'
import { Icon } from '@/ui/icon'
import { SearchField } from '@/ui/search-field'
import { Banner, EmptyState } from '@/ui/states'
import type { Ev } from '@/wire/frames'
import { BoardPeople } from './board-people'
import { BoardView } from './board-view'
import { sumOf } from './column'
import { useBoardCommands } from './commands'
import { BoardControl } from './control'
import { cardFilter } from './filter'
import { Filters } from './filters'
import { lastBoard } from './last-board'
import { AddLead, ArchiveStageDialog, BoardSwitcher, StageDialog, ViewMenu } from './lazy'
import { type BoardHead, boardTopic } from './model'
import { noticeEvent } from './notices'
import { type BoardSearch, boardSearch } from './search'
import { BoardSkeleton } from './skeleton'
import type { StageAction } from './stage-menu'
import { useBoardTexts } from './texts'
import { SavedViews } from './views'

/** Of a stored view what this board understands; whose board it is, is another matter. */
function readQuery(query: ViewQuery): BoardSearch {
  const { view: _, customer: __, ...filters } = boardSearch(query)
  return filters
}

export function BoardScreen() {
  const { boardId } = useParams({ from: '/signed-in/boards/$boardId' })
  return <OpenBoard key={boardId} boardId={boardId} />
}

function OpenBoard({ boardId }: { boardId: string }) {
  const t = useBoardTexts()
  const c = useCommonTexts()
  const topic = useTopic(boardTopic(boardId))
  const status = useTopicStatus(topic)
  const board = useRow<BoardHead>(topic, 'board', 'self')
  const { user } = useSignedIn()
  const [control, setControl] = useState<BoardControl>()

  useEffect(() => {
    if (!topic || status !== 'ready') return
    const made = new BoardControl(boardId, topic, user.id)
    setControl(made)
    lastBoard.set(boardId)
    return () => {
      made.stop()
      setControl(undefined)
    }
  }, [topic, status, boardId, user.id])

  if (status === 'failed') {
    const { code = 'not_found', message = '', reason } = topic?.error ?? {}
    return (
      <Screen title={t('boards')}>
        <EmptyState
          title={errorText(reason ?? code, message)}
          action={
            <Link className="btn" to="/">
              {c('goHome')}
            </Link>
          }
        />
      </Screen>
    )
  }
  if (!control || !board) {
    return (
      <Screen title={t('boards')}>
        <div className="board-bar" />
        <BoardSkeleton />
      </Screen>
    )
  }
  return <ReadyBoard control={control} board={board} />
}

const restoreBoard = (board: BoardHead) => ({
  topic: boardTopic(board.id),
  op: 'board.restore',
  d: {},
  label: board.name,
})

function ReadyBoard({ control, board }: { control: BoardControl; board: BoardHead }) {
  const t = useBoardTexts()
  const search = useSearch({ from: '/signed-in/boards/$boardId' })
  const navigate = useNavigate({ from: '/boards/$boardId' })
  const users = useUsers()
  const { tenant, user } = useSignedIn()
  const canManage = usePermission('boards.manage')
  const canCreate = usePermission('cards.create')
  const [adding, setAdding] = useState<{ stage?: string } | null>(null)
  const [action, setAction] = useState<StageAction | null>(null)

  // Walking from card to card beside the board must not draw the board anew.
  const { customer: beside, view: viewId, ...kept } = search
  const filterKey = JSON.stringify(kept)
  const filter = useMemo(() => cardFilter(JSON.parse(filterKey) as BoardSearch), [filterKey])
  control.filter = filter
  control.orders.filtered = filter !== undefined
  const setSearch = useCallback(
    ({ view: _, customer: __, ...next }: BoardSearch) => {
      const filters = boardSearch(next)
      // Without any filter it is no view any more, but the board.
      const isPlain = Object.keys(filters).length === 0
      void navigate({
        search: ({ view, customer }) => ({
          ...filters,
          ...(isPlain || !view ? {} : { view }),
          ...(customer ? { customer } : {}),
        }),
        replace: true,
      })
    },
    [navigate],
  )
  const isOurs = useCallback((view: View) => view.query.board === board.id, [board.id])
  const showQuery = useCallback(
    (query: ViewQuery, view: string | undefined) =>
      void navigate({ search: { ...readQuery(query), ...(view ? { view } : {}) }, replace: true }),
    [navigate],
  )
  const onBeside = useCallback(
    (customer: string | undefined) =>
      void navigate({
        search: ({ customer: open, ...rest }) => (customer ? { ...rest, customer } : rest),
        // Back leads out of the panel, not through every card that was looked at.
        replace: beside !== undefined,
      }),
    [navigate, beside],
  )
  useTopicEvents(
    control.topic,
    useCallback((ev: Ev) => noticeEvent(control, ev), [control]),
  )

  // One pass over the cards for every change of order, for the numbers in the title row.
  const stages = useStages(control)
  const version = useOrderVersion(control)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version stands for the orders
  const totals = useMemo(() => {
    const all = control.stages.flatMap((stage) => control.orders.of(stage.id))
    const shown = control.stages.flatMap((stage) => control.visible(stage.id))
    return { all, shown, minor: sumOf(control, shown, tenant.currency) }
  }, [control, version, filter, stages, tenant.currency])

  // Tab must always find a card, also when the focused one has gone.
  useEffect(() => {
    const focused = control.focused.get()
    if (!focused || !control.card(focused)) control.focused.set(totals.shown[0] ?? null)
  }, [control, totals])

  const newStage = () => setAction({ kind: 'create', after: stages.at(-1)?.id })
  useBoardCommands(control, {
    me: user.id,
    search: kept,
    setSearch,
    add: canCreate ? () => setAdding({}) : undefined,
    newStage: canManage ? newStage : undefined,
  })
  const onStage = useCallback((next: StageAction) => {
    if (next.kind === 'add-card') setAdding({ stage: next.stage })
    else setAction(next)
  }, [])

  return (
    <Screen
      title={board.name}
      heading={
        <Suspense
          fallback={
            <span className="btn q switcher">
              <h1 className="el">{board.name}</h1>
              <Icon of={ChevronDown} />
            </span>
          }
        >
          <BoardSwitcher board={board} canManage={canManage} onNewStage={newStage} />
        </Suspense>
      }
      views={
        <>
          <SavedViews control={control} ids={totals.all} search={kept} me={user.id} />
          <Suspense>
            <ViewMenu
              screen="board"
              place={`board.${board.id}`}
              only={isOurs}
              viewId={viewId}
              query={kept}
              read={readQuery}
              show={showQuery}
              also={{ board: board.id }}
              linkOf={(view) => `/boards/${board.id}?view=${view.id}`}
            />
          </Suspense>
        </>
      }
      actions={
        <>
          <span className="max-sm:hidden">
            <SearchField
              label={t('searchBoard')}
              value={search.q ?? ''}
              onChange={(q) => setSearch({ ...search, q })}
              width={200}
            />
          </span>
          <BoardPeople control={control} users={users} />
          {canCreate && (
            <Button tone="primary" icon={Plus} onPress={() => setAdding({})}>
              <span className="max-sm:sr-only">{t('addLead')}</span>
            </Button>
          )}
        </>
      }
    >
      {board.archived_at && (
        <Banner
          icon={Archive}
          action={
            canManage && (
              <Button small onPress={() => void perform(restoreBoard(board))}>
                {t('restoreBoard')}
              </Button>
            )
          }
        >
          {t('boardIsArchived')}
        </Banner>
      )}
      <Filters
        control={control}
        search={search}
        setSearch={setSearch}
        users={users}
        shown={totals.shown.length}
        total={totals.all.length}
        minor={totals.minor}
      />
      {stages.length === 0 ? (
        <EmptyState
          title={t('noStages')}
          action={
            canManage && (
              <Button
                tone="primary"
                onPress={() => setAction({ kind: 'create', after: undefined })}
              >
                {t('newStage')}
              </Button>
            )
          }
        />
      ) : (
        <BoardView
          control={control}
          filter={filter}
          stages={stages}
          users={users}
          onStage={onStage}
          beside={beside}
          onBeside={onBeside}
        />
      )}
      <Suspense>
        {adding && (
          <AddLead control={control} stage={adding.stage} onClose={() => setAdding(null)} />
        )}
        {action?.kind === 'edit' && (
          <StageDialog control={control} stage={action.stage} onClose={() => setAction(null)} />
        )}
        {action?.kind === 'create' && (
          <StageDialog control={control} after={action.after} onClose={() => setAction(null)} />
        )}
        {action?.kind === 'archive' && (
          <ArchiveStageDialog
            control={control}
            stage={action.stage}
            onClose={() => setAction(null)}
          />
        )}
      </Suspense>
    </Screen>
  )
}

/** The live stages in order; a new array only when a stage changed. */
function useStages(control: BoardControl) {
  const rows = useSyncExternalStore(
    useCallback((listener) => control.source.onTable('stages', listener), [control]),
    () => control.source.list('stages'),
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: the rows stand for the stages
  return useMemo(() => control.stages, [control, rows])
}

const NUMBERS_EVERY_MS = 500

/** Counts changes of order, at most twice a second: numbers that race cannot be read. */
function useOrderVersion(control: BoardControl): number {
  const [version, setVersion] = useState(0)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let last = 0
    const tell = () => {
      timer = undefined
      last = Date.now()
      setVersion((n) => n + 1)
    }
    const stop = control.orders.subscribe('*', () => {
      timer ??= setTimeout(tell, Math.max(0, last + NUMBERS_EVERY_MS - Date.now()))
    })
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [control])
  return version
}
