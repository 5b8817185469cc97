// `/boards`: goes to the board that was open last, or to the first one. Known from the tenant's
// topic, so that it also works without a server.
import { Navigate } from '@tanstack/react-router'
import { compareNames } from '@/i18n/fold'
import { useBoards, useTenantTopic, useTopicStatus } from '@/live/hooks'
import { Screen } from '@/shell/screen'
import { EmptyState } from '@/ui/states'
import { lastBoard } from './last-board'
import { BoardSkeleton } from './skeleton'
import { useBoardTexts } from './texts'

export function BoardHome() {
  const t = useBoardTexts()
  const status = useTopicStatus(useTenantTopic())
  const open = useBoards()
    .filter((board) => !board.archived_at)
    .sort((a, b) => a.position - b.position || compareNames(a.name, b.name))
  const target = open.find((board) => board.id === lastBoard.get()) ?? open[0]
  if (target && status === 'ready')
    return <Navigate to="/boards/$boardId" params={{ boardId: target.id }} replace />
  return (
    <Screen title={t('boards')}>
      {status === 'ready' ? (
        <EmptyState title={t('noBoards')}>{t('noBoardsHint')}</EmptyState>
      ) : (
        <BoardSkeleton />
      )}
    </Screen>
  )
}
