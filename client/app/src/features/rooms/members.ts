// Members of a room that has more of them than it tells: found by name.
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { useTopicEvents } from '@/live/hooks'
import { api } from '@/session/api'
import type { Ev } from '@/wire/frames'
import type { Page } from '@/wire/records'
import type { NamedMember, Room } from '@/wire/rooms'
import type { Named } from './rich'
import { useDebounced } from './use-debounced'
import { useChat } from './use-rooms'

const PAGE = 50
const SUGGESTED = 20
/** Nobody's name has more words; what follows is what is said. */
const WORDS_MOST = 4

export const isLarge = (room: Pick<Room, 'members' | 'member_count'>): boolean =>
  room.member_count > room.members.length

const keyOf = (room: string) => ['room-members', room]

const read = (
  room: string,
  query: { q: string; limit: number; cursor?: string | null },
  signal: AbortSignal,
) => api.get<Page<NamedMember>>(`/rooms/${room}/members`, query, signal)

export function useMembers(room: string, typed: string) {
  const q = useDebounced(typed.trim())
  const queries = useQueryClient()
  const listener = useCallback(
    ({ op }: Ev) => {
      if (op.startsWith('member.')) void queries.invalidateQueries({ queryKey: keyOf(room) })
    },
    [queries, room],
  )
  useTopicEvents(`room:${room}`, listener)
  return useInfiniteQuery({
    queryKey: [...keyOf(room), q],
    queryFn: ({ pageParam, signal }) => read(room, { q, limit: PAGE, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    staleTime: 0,
  })
}

const noIds: readonly string[] = []

/** Who can be named here; of many, those who were found for what is `typed`, and those in `also`. */
export function useMentionable(
  room: Room,
  typed: string | undefined,
  also: readonly string[] = noIds,
): readonly Named[] {
  const { people, me } = useChat()
  const isMany = isLarge(room)
  const q = useDebounced(typed ?? '')
  const isAsked = isMany && typed !== undefined && q.split(/\s+/).length <= WORDS_MOST
  const { data } = useQuery({
    queryKey: [...keyOf(room.id), 'named', q],
    queryFn: ({ signal }) => read(room.id, { q, limit: SUGGESTED }, signal),
    enabled: isAsked,
  })
  const [met, setMet] = useState<readonly string[]>(noIds)
  useEffect(() => {
    if (!data) return
    setMet((now) => [...new Set([...now, ...data.items.map((each) => each.user_id as string)])])
  }, [data])
  const { members } = room
  return useMemo(() => {
    const ids = new Set<string>(members.map((member) => member.user_id))
    if (isMany) for (const id of [...met, ...also]) ids.add(id)
    ids.delete(me)
    return [...ids].map((id) => people.of(id))
  }, [members, isMany, met, also, me, people])
}
