// Connections and channels are read over HTTP and kept true by the tenant's events. What comes in is
// told to nobody: the ledger and the time of the last message are read again every few seconds.
import { type QueryClient, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { useTenantTopic, useTopicEvents } from '@/live/hooks'
import { api } from '@/session/api'
import type {
  Channel,
  Connection,
  Item,
  ItemState,
  Payload,
  PayloadState,
  WholePayload,
} from '@/wire/channels'
import type { Ev } from '@/wire/frames'
import type { Page } from '@/wire/records'

const connectionsKey = ['connections'] as const
const channelsKey = ['channels'] as const
const itemsKey = ['channel-items'] as const
const payloadsKey = ['channel-payloads'] as const
export const payloadKey = (id: string) => ['channel-payload', id] as const

const SOON_MS = 1_000
const LIVE_MS = 4_000
const PAGE = 50
/** Who has read further back than this is not taken from there. */
const PAGES_READ_AGAIN = 2

export const useConnections = () =>
  useQuery({
    queryKey: connectionsKey,
    queryFn: async () => (await api.get<Page<Connection>>('/connections')).items,
  })

export const useChannels = () =>
  useQuery({
    queryKey: channelsKey,
    queryFn: async () => (await api.get<Page<Channel>>('/channels')).items,
    refetchInterval: LIVE_MS,
  })

const later = (a: string | null, b: string | null) => (!a || (b && b > a) ? b : a)

/** The channels after an event. */
export function withEvent(
  channels: readonly Channel[],
  { op, d }: Pick<Ev, 'op' | 'd'>,
): readonly Channel[] {
  const told = d as { channel: Channel; id: string; at: string }
  const change = (id: string, by: (channel: Channel) => Channel) =>
    channels.map((each) => (each.id === id ? by(each) : each))
  switch (op) {
    case 'channel.saved': {
      const { channel } = told
      const known = channels.find((each) => each.id === channel.id)
      if (!known) return [...channels, channel]
      if (known.version > channel.version) return channels
      const last = later(known.last_inbound_at, channel.last_inbound_at)
      return change(channel.id, () => ({ ...channel, last_inbound_at: last }))
    }
    case 'channel.removed':
      return channels.filter((each) => each.id !== told.id)
    case 'channel.silent':
      return change(told.id, (each) => ({ ...each, silent: true }))
    case 'channel.heard':
      return change(told.id, (each) => ({
        ...each,
        silent: false,
        last_inbound_at: later(each.last_inbound_at, told.at),
      }))
    default:
      return channels
  }
}

/** Shows a change at once; the event or a new reading has the last word. */
export const patchChannel = (queries: QueryClient, id: string, change: Partial<Channel>): void =>
  void queries.setQueryData<readonly Channel[]>(channelsKey, (channels) =>
    channels?.map((each) => (each.id === id ? { ...each, ...change } : each)),
  )

export const connectionNow = (queries: QueryClient, id: string): Connection | undefined =>
  queries.getQueryData<readonly Connection[]>(connectionsKey)?.find((each) => each.id === id)

export function readAgain(queries: QueryClient): Promise<unknown> {
  const keys = [connectionsKey, channelsKey, itemsKey, payloadsKey]
  return Promise.all(keys.map((queryKey) => queries.invalidateQueries({ queryKey })))
}

export function useChannelEvents(): void {
  const queries = useQueryClient()
  const listener = useCallback(
    (ev: Ev) => {
      // An event of a connection does not name its door.
      if (ev.op.startsWith('connection.'))
        void queries.invalidateQueries({ queryKey: connectionsKey })
      if (!ev.op.startsWith('channel.')) return
      queries.setQueryData<readonly Channel[]>(channelsKey, (all) => all && withEvent(all, ev))
      void queries.invalidateQueries({ queryKey: itemsKey })
    },
    [queries],
  )
  // Events are only heard of topics that somebody subscribes to.
  useTenantTopic()
  useTopicEvents('tenant', listener)
}

export interface ItemFilter {
  state?: ItemState | undefined
  channel?: string | undefined
  hook?: string | undefined
}

const isShort = (pages: readonly unknown[] | undefined) => (pages?.length ?? 0) <= PAGES_READ_AGAIN

export const useItems = (filter: ItemFilter, limit = PAGE, every = LIVE_MS) =>
  useInfiniteQuery({
    queryKey: [...itemsKey, filter, limit],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<Item>>('/channels/ledger', { ...filter, limit, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    refetchInterval: (query) => (isShort(query.state.data?.pages) ? every : false),
  })

export const usePayloads = (state: PayloadState | undefined) =>
  useInfiniteQuery({
    queryKey: [...payloadsKey, state ?? null],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<Payload>>('/channels/hooks', { state, limit: PAGE, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    refetchInterval: (query) => {
      const pages = query.state.data?.pages
      if (!isShort(pages)) return false
      const waits = pages?.some(({ items }) => items.some((each) => each.state === 'received'))
      return waits ? SOON_MS : LIVE_MS
    },
  })

export const usePayload = (id: string) =>
  useQuery({
    queryKey: payloadKey(id),
    queryFn: ({ signal }) => api.get<WholePayload>(`/channels/hooks/${id}`, undefined, signal),
    // What came does not change, only whether it was read.
    refetchInterval: (query) => (query.state.data?.state === 'received' ? SOON_MS : false),
  })
