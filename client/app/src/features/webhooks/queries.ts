// Webhooks are read over HTTP: their events on the tenant's topic name the host only. The log is
// read again now and then, faster while something is on its way.
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { useTenantTopic, useTopicEvents } from '@/live/hooks'
import { api } from '@/session/api'
import type { Ev } from '@/wire/frames'
import type { Page } from '@/wire/records'
import type { Delivery, DeliveryState, Webhook } from '@/wire/rules'

export const webhooksKey = ['webhooks'] as const
export const deliveriesKey = (hook: string) => ['webhook-deliveries', hook] as const

export const useWebhooks = () =>
  useQuery({
    queryKey: webhooksKey,
    queryFn: async () => (await api.get<Page<Webhook>>('/webhooks')).items,
  })

export function useWebhookEvents(): void {
  const queries = useQueryClient()
  const listener = useCallback(
    ({ op }: Ev) => {
      if (op.startsWith('webhook.')) void queries.invalidateQueries({ queryKey: webhooksKey })
    },
    [queries],
  )
  // Events are only heard of topics that somebody subscribes to.
  useTenantTopic()
  useTopicEvents('tenant', listener)
}

const PAGE = 50
const SOON_MS = 3_000
const LATER_MS = 15_000
const ON_ITS_WAY_MS = 60_000

const isOnItsWay = (delivery: Delivery) =>
  delivery.state === 'waiting' &&
  (delivery.next_at === null || Date.parse(delivery.next_at) - Date.now() < ON_ITS_WAY_MS)

export const useDeliveries = (hook: string, state: DeliveryState | undefined) =>
  useInfiniteQuery({
    queryKey: [...deliveriesKey(hook), state ?? null],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<Delivery>>(
        `/webhooks/${hook}/deliveries`,
        { state, limit: PAGE, cursor: pageParam },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    refetchInterval: (query) => {
      const pages = query.state.data?.pages ?? []
      if (pages.length > 2) return false
      return pages.some((page) => page.items.some(isOnItsWay)) ? SOON_MS : LATER_MS
    },
  })
