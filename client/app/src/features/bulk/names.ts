// People and stages by name, for sentences about bulk actions.
import { useQueries, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { usePeople } from '@/features/customers/people'
import { useBoards } from '@/live/hooks'
import { api } from '@/session/api'
import type { Stage } from '@/wire/records'
import type { BulkAction } from './model'
import type { Names } from './words'

interface BoardStages {
  id: string
  name: string
  stages: Stage[]
}

// the key is that of the customer's page: a board is read once for both
const boardQuery = (id: string) => ({
  queryKey: ['board-stages', id],
  queryFn: () => api.get<BoardStages>(`/boards/${id}`, { limit: 1 }),
  staleTime: 60_000,
})

/** The live stages of a board, in order. */
export function useStages(board: string): readonly Stage[] | undefined {
  const found = useQuery({ ...boardQuery(board), enabled: board !== '' }).data
  return useMemo(
    () =>
      found?.stages.filter((stage) => !stage.archived_at).sort((a, b) => a.position - b.position),
    [found],
  )
}

/** Names for these actions; only their boards are read. */
export function useNames(actions: readonly BulkAction[]): Names {
  const people = usePeople()
  const boards = useBoards()
  const ids = [...new Set(actions.flatMap((each) => (each.do === 'move' ? [each.board] : [])))]
  const read = useQueries({
    queries: ids.slice(0, 12).map(boardQuery),
    combine: (all) => all.map((each) => each.data),
  })
  return useMemo(() => {
    const stages = new Map(
      read.flatMap((board) => board?.stages ?? []).map((stage) => [stage.id as string, stage.name]),
    )
    return {
      person: (id) => people.of(id).name,
      stage: (board, stage) =>
        [boards.find(({ id }) => id === board)?.name, stages.get(stage)]
          .filter(Boolean)
          .join(' · '),
    }
  }, [read, people, boards])
}
