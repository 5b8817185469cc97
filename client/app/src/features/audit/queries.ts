// The audit is read page by page, newest first. What comes meanwhile is announced, not pushed in:
// a list of evidence must not move under the reader.
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import { useTenantTopic, useTopicEvents } from '@/live/hooks'
import { api } from '@/session/api'
import type { Ev } from '@/wire/frames'
import type { AuditLine } from '@/wire/leaving'
import type { Page } from '@/wire/records'
import { earlierQuery } from './difference'
import { type AuditSearch, auditQuery } from './search'

const PAGE = 60

export const useAudit = (search: AuditSearch) =>
  useInfiniteQuery({
    queryKey: ['audit', auditQuery(search)],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<AuditLine>>(
        '/audit',
        { ...auditQuery(search), limit: PAGE, cursor: pageParam },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    staleTime: 5_000,
  })

/** Lines that came before this one about the same thing; asked for when somebody looks closer. */
export function useEarlier(line: AuditLine) {
  const query = earlierQuery(line)
  return useQuery({
    queryKey: ['audit-earlier', line.id],
    queryFn: async () => (await api.get<Page<AuditLine>>('/audit', query)).items,
    enabled: query !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  })
}

const RECORDED =
  /^(user|invitation|role|team|department|tenant|offboarding|rule|webhook|connection)\.|^channel\.(saved|removed)$|^customer\.exported$|^bulk\.started$/

/** Whether something was recorded since the list was read, and how to see it. */
export function useNewer(search: AuditSearch): { newer: boolean; show: () => void } {
  const queries = useQueryClient()
  const [newer, setNewer] = useState(false)
  const listener = useCallback(({ op }: Ev) => {
    if (RECORDED.test(op) && op !== 'offboarding.progressed') setNewer(true)
  }, [])
  useTenantTopic()
  useTopicEvents('tenant', listener)
  return {
    newer,
    show: () => {
      setNewer(false)
      void queries.resetQueries({ queryKey: ['audit', auditQuery(search)] })
    },
  }
}
