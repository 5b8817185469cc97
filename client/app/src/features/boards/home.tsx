// `/boards`: goes to the board that was open last, or to the first one. Known from the tenant's
// topic, so that it also works without a server.
import { Navigate, useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { compareNames } from '@/i18n/fold'
import { useBoards, useTenantTopic, useTopicStatus } from '@/live/hooks'
import { ApiError } from '@/session/errors'
import { usePermission } from '@/session/session'
import { Screen } from '@/shell/screen'
import { Button } from '@/ui/button'
import { EmptyState, ErrorState } from '@/ui/states'
import { lastBoard } from './last-board'
import { BoardSkeleton } from './skeleton'
import { useBoardTexts } from './texts'

const newBoard = () => import('./new-board')
const NameDialog = lazy(() => newBoard().then((m) => ({ default: m.NameDialog })))
const forbidden = new ApiError({ type: '', title: '', status: 403, code: 'forbidden' })

export function BoardHome() {
  const t = useBoardTexts()
  const navigate = useNavigate()
  const canView = usePermission('boards.view')
  const canManage = usePermission('boards.manage')
  const status = useTopicStatus(useTenantTopic())
  const [naming, setNaming] = useState(false)
  const open = useBoards()
    .filter((board) => !board.archived_at)
    .sort((a, b) => a.position - b.position || compareNames(a.name, b.name))
  const target = open.find((board) => board.id === lastBoard.get()) ?? open[0]
  const go = (id: string) =>
    void navigate({ to: '/boards/$boardId', params: { boardId: id }, search: {} })
  if (target && canView && status === 'ready')
    return <Navigate to="/boards/$boardId" params={{ boardId: target.id }} replace />
  return (
    <Screen title={t('boards')}>
      {!canView ? (
        <ErrorState error={forbidden} />
      ) : status === 'ready' ? (
        <EmptyState
          title={t('noBoards')}
          action={
            canManage && (
              <Button tone="primary" onPress={() => setNaming(true)}>
                {t('newBoard')}
              </Button>
            )
          }
        >
          {t('noBoardsHint')}
        </EmptyState>
      ) : (
        <BoardSkeleton />
      )}
      {naming && (
        <Suspense>
          <NameDialog
            title={t('newBoard')}
            name=""
            onClose={() => setNaming(false)}
            onSave={(name) => void newBoard().then(({ createBoard }) => createBoard(name, go))}
          />
        </Suspense>
      )}
    </Screen>
  )
}
