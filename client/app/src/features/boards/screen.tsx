// The board: columns of cards, live.
import { useParams } from '@tanstack/react-router'
import { Screen } from '@/shell/screen'
import { BoardSkeleton } from './skeleton'
import { useBoardTexts } from './texts'

export function BoardScreen() {
  const t = useBoardTexts()
  const { boardId } = useParams({ from: '/signed-in/boards/$boardId' })
  return (
    <Screen key={boardId} title={t('boards')}>
      <BoardSkeleton />
    </Screen>
  )
}
