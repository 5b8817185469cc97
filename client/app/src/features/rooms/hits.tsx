// Messages that hold a word: in all of my rooms, or in one.
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useDeferredValue, useEffect } from 'react'
import { Found } from '@/features/customers/found'
import { useCommonTexts } from '@/i18n/common'
import { dateTime } from '@/i18n/format'
import { api } from '@/session/api'
import { announce } from '@/ui/announce'
import { Button } from '@/ui/button'
import { ErrorState, Skeleton } from '@/ui/states'
import type { Page } from '@/wire/records'
import type { MessageHit } from '@/wire/rooms'
import { shortTime } from './list-row'
import { useRoomTexts } from './texts'
import { useDebounced } from './use-debounced'
import { roomName, useChat } from './use-rooms'

const LEAST = 2
const PAGE = 20
/** The server looks only so far at once; with fewer than these it is asked to look on. */
const ENOUGH = 8
/** So often it is asked without anybody's wish. */
const ASKED_MOST = 5
/** Words before the one that was found. */
const LEAD = 24

export interface MessageSearch {
  hits: readonly MessageHit[] | undefined
  isReading: boolean
  error: unknown
  retry: () => void
  more: (() => void) | undefined
}

export function useMessageSearch(typed: string, room?: string): MessageSearch {
  const q = useDebounced(typed.trim())
  const isOn = q.length >= LEAST
  const read = useInfiniteQuery({
    queryKey: ['messages', q, room ?? ''],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<MessageHit>>(
        '/messages/search',
        { q, room, limit: PAGE, cursor: pageParam },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    enabled: isOn,
    staleTime: 5_000,
  })
  const { data, hasNextPage, isFetching, isError, fetchNextPage } = read
  const found = data?.pages.reduce((sum, page) => sum + page.items.length, 0) ?? 0
  const goesOn = found < ENOUGH && (data?.pages.length ?? 0) < ASKED_MOST
  useEffect(() => {
    if (isOn && hasNextPage && goesOn && !isFetching && !isError) void fetchNextPage()
  }, [isOn, hasNextPage, goesOn, isFetching, isError, fetchNextPage])
  const hits = isOn ? read.data?.pages.flatMap((page) => page.items) : undefined
  return {
    hits,
    isReading: isOn && (read.isFetching || q !== typed.trim()),
    error: isOn && read.isError ? read.error : undefined,
    retry: () => void read.refetch(),
    more: read.hasNextPage ? () => void read.fetchNextPage() : undefined,
  }
}

/** The part of a long text around what was found. */
export function excerpt(text: string, query: string): string {
  const flat = text.replace(/\s+/g, ' ')
  const at = flat.toLocaleLowerCase('tr').indexOf(query.trim().toLocaleLowerCase('tr'))
  return at > LEAD ? `…${flat.slice(flat.indexOf(' ', at - LEAD) + 1)}` : flat
}

export function Hits({
  search,
  query,
  withRoom,
}: {
  search: MessageSearch
  query: string
  withRoom?: boolean
}) {
  const t = useRoomTexts()
  const c = useCommonTexts()
  const { people, me } = useChat()
  const shown = useDeferredValue(search.hits)
  const count = search.isReading ? undefined : shown?.length
  useEffect(() => {
    if (count !== undefined) announce(t('found', { count }))
  }, [count, t])
  if (search.error) return <ErrorState error={search.error} onRetry={search.retry} />
  if (!shown) return search.isReading ? <Skeleton height={44} /> : null
  if (shown.length === 0 && !search.more) return null
  return (
    <section
      className="hits"
      aria-label={t('messages')}
      data-loading={search.isReading || undefined}
    >
      {withRoom && <h2 className="lbl">{t('messages')}</h2>}
      <ul>
        {shown.map(({ message, room }) => {
          const author = people.of(message.by).name
          const where = roomName({ ...room, members: room.members ?? [] }, people, me)
          return (
            <li key={message.id}>
              <Link
                to="/chat/$room"
                params={{ room: room.id }}
                search={{ at: message.n }}
                className="hit"
                data-walk
              >
                <span className="l1">
                  <b className="el">{withRoom ? where : author}</b>
                  <span className="sp" />
                  <time
                    dateTime={message.created_at}
                    title={dateTime(new Date(message.created_at))}
                  >
                    {shortTime(message.created_at)}
                  </time>
                </span>
                <span className="hit-text">
                  {withRoom && room.kind !== 'direct' && `${author}: `}
                  <Found text={excerpt(message.text, query)} query={query} />
                </span>
              </Link>
            </li>
          )
        })}
      </ul>
      {search.more && (
        <Button small tone="quiet" onPress={search.more}>
          {c('older')}
        </Button>
      )}
    </section>
  )
}
