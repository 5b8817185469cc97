// Read over HTTP; progress comes by the tenant's events and is put into the same cache.
import {
  type InfiniteData,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import { useCallback } from 'react'
import { useTenantTopic, useTopicEvents } from '@/live/hooks'
import { api } from '@/session/api'
import type { Ev } from '@/wire/frames'
import type { Page } from '@/wire/records'
import {
  type Bulk,
  type BulkAction,
  type BulkProgress,
  isMoving,
  progressed,
  type Selection,
} from './model'

type Pages = InfiniteData<Page<Bulk>, string | null>
const listKey = ['bulks'] as const
const key = (id: string) => ['bulk', id] as const

export const useBulks = () =>
  useInfiniteQuery({
    queryKey: listKey,
    queryFn: ({ pageParam }) => api.get<Page<Bulk>>('/bulks', { limit: 50, cursor: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
  })

export const useBulk = (id: string) =>
  useQuery({
    queryKey: key(id),
    queryFn: () => api.get<Bulk>(`/bulks/${id}`),
    // Events tell the progress; this is for the moment when the socket is away.
    refetchInterval: (query) =>
      query.state.data && isMoving(query.state.data.state) ? 5000 : false,
  })

export interface Preview {
  total: number
  max: number
}

export const usePreview = (selection: Selection, action: BulkAction | undefined) =>
  useQuery({
    queryKey: ['bulk-preview', selection, action],
    queryFn: () => api.post<Preview>('/bulk/preview', { ...selection, action }),
    enabled: action !== undefined,
    staleTime: 0,
    retry: false,
  })

/** Keeps every list and page of bulk actions true; once for the whole app. */
export function useBulkEvents(listener?: (bulk: string, event: Bulk | BulkProgress) => void): void {
  const queries = useQueryClient()
  const hear = useCallback(
    ({ op, d }: Ev) => {
      if (op === 'bulk.started') {
        const { bulk } = d as { bulk: Bulk }
        queries.setQueryData(key(bulk.id), bulk)
        void queries.invalidateQueries({ queryKey: listKey })
        listener?.(bulk.id, bulk)
      } else if (op === 'bulk.progressed') {
        const progress = d as BulkProgress
        const change = (known: Bulk) =>
          known.id === progress.bulk ? progressed(known, progress) : known
        queries.setQueryData<Bulk>(key(progress.bulk), (known) => known && change(known))
        queries.setQueryData<Pages>(
          listKey,
          (data) =>
            data && {
              ...data,
              pages: data.pages.map((page) => ({ ...page, items: page.items.map(change) })),
            },
        )
        listener?.(progress.bulk, progress)
        if (isMoving(progress.state)) return
        // The last word brings reasons and times that the event does not carry.
        void queries.invalidateQueries({ queryKey: key(progress.bulk) })
        void queries.invalidateQueries({ queryKey: listKey })
        void queries.invalidateQueries({ queryKey: ['customers'] })
        void queries.invalidateQueries({ queryKey: ['tags'] })
      }
    },
    [queries, listener],
  )
  // Events are only heard of topics that somebody subscribes to.
  useTenantTopic()
  useTopicEvents('tenant', hear)
}
