// `/boards`: goes to the board that was open last, or to the first one.
import { useQuery } from '@tanstack/react-query'
import { Navigate } from '@tanstack/react-router'
import { api } from '@/session/api'
import { Screen } from '@/shell/screen'
import { EmptyState, ErrorState } from '@/ui/states'
import type { Board, Page } from '@/wire/records'
import { lastBoard } from './last-board'
import { BoardSkeleton } from './skeleton'
import { useBoardTexts } from './texts'

export function BoardHome() {
  const t = useBoardTexts()
  const { data, error, refetch } = useQuery({
    queryKey: ['boards'],
    queryFn: ({ signal }) => api.get<Page<Board>>('/boards', {}, signal),
  })
  if (data) {
    const open = data.items.filter((board) => !board.archived_at)
    const target = open.find((board) => board.id === lastBoard.get()) ?? open[0]
    if (target) return <Navigate to="/boards/$boardId" params={{ boardId: target.id }} replace />
  }
  return (
    <Screen title={t('boards')}>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <EmptyState title={t('noBoards')}>{t('noBoardsHint')}</EmptyState>
      ) : (
        <BoardSkeleton />
      )}
    </Screen>
  )
}
