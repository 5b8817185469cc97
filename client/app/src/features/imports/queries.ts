// Imports are read over HTTP; progress comes by the tenant's events and is put into the same cache.
import {
  type InfiniteData,
  type QueryClient,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import { useCallback } from 'react'
import { useTenantTopic, useTopicEvents } from '@/live/hooks'
import { api } from '@/session/api'
import type { Ev } from '@/wire/frames'
import type { Import, ImportState, Page } from '@/wire/records'

export const isMoving = (state: ImportState): boolean => state === 'running' || state === 'undoing'

export const useImports = () =>
  useInfiniteQuery({
    queryKey: ['imports'],
    queryFn: ({ pageParam }) => api.get<Page<Import>>('/imports', { limit: 50, cursor: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
  })

export const useImport = (id: string) =>
  useQuery({
    queryKey: ['import', id],
    queryFn: () => api.get<Import>(`/imports/${id}`),
    // Events tell the progress; this is for the moment when the socket is away.
    refetchInterval: (query) =>
      query.state.data && isMoving(query.state.data.state) ? 5000 : false,
  })

export function keepImport(queries: QueryClient, next: Import): void {
  queries.setQueryData(['import', next.id], next)
  void queries.invalidateQueries({ queryKey: ['imports'] })
}

interface Progress {
  import: string
  state: ImportState
  done: number
  total: number
  created: number
  matched: number
  failed: number
}

export function useImportProgress(): void {
  const queries = useQueryClient()
  const listener = useCallback(
    (ev: Ev) => {
      if (!ev.op.startsWith('import.')) return
      const { import: id, ...progress } = ev.d as Progress
      const known = queries.getQueryData<Import>(['import', id])
      if (known) queries.setQueryData<Import>(['import', id], { ...known, ...progress })
      queries.setQueryData<InfiniteData<Page<Import>, string | null>>(
        ['imports'],
        (list) =>
          list && {
            ...list,
            pages: list.pages.map((page) => ({
              ...page,
              items: page.items.map((each) => (each.id === id ? { ...each, ...progress } : each)),
            })),
          },
      )
      // The last word brings errors and times that the event does not carry.
      if (!isMoving(progress.state)) {
        void queries.invalidateQueries({ queryKey: ['import', id] })
        void queries.invalidateQueries({ queryKey: ['imports'] })
        void queries.invalidateQueries({ queryKey: ['customers'] })
      }
    },
    [queries],
  )
  // Events are only heard of topics that somebody subscribes to.
  useTenantTopic()
  useTopicEvents('tenant', listener)
}
