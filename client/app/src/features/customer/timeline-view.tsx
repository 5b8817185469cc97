// The middle pane: everything that happened, by day.
import { useInfiniteQuery, useQueries } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { useLocale } from '@/i18n'
import { clock, dateTime, dayMonth, weekday } from '@/i18n/format'
import { useBoards, useRows } from '@/live/hooks'
import type { Subscription } from '@/live/subscription'
import { api } from '@/session/api'
import { Avatar } from '@/ui/avatar'
import { Button } from '@/ui/button'
import { FilterSelect } from '@/ui/filter-select'
import { Icon } from '@/ui/icon'
import { EmptyState, ErrorState, Skeleton } from '@/ui/states'
import type { Note, Page, TimelineItem } from '@/wire/records'
import { useCustomer } from './live'
import type { Kind, Names } from './sentences'
import { boardQuery } from './stages'
import { useCustomerTexts } from './texts'
import { byDay, type Day, type Entry, entries, merged } from './timeline'

const kinds: readonly Kind[] = ['note', 'card', 'customer', 'merge', 'import']

function useNames(cards: readonly { board_id: string }[]): Names {
  const { people } = useCustomer()
  const boards = useBoards()
  const ids = [
    ...new Set([...boards.map((board) => board.id as string), ...cards.map((c) => c.board_id)]),
  ]
  const views = useQueries({ queries: ids.slice(0, 12).map(boardQuery) })
  const stages = new Map(
    views
      .flatMap((view) => view.data?.stages ?? [])
      .map((stage) => [stage.id as string, stage.name]),
  )
  return {
    user: (id) => people.of(id).name,
    stage: (id) => stages.get(id),
    board: (id) => boards.find((board) => board.id === id)?.name,
  }
}

function DayTitle({ day }: { day: Day }) {
  const t = useCustomerTexts()
  useLocale()
  if (day.ago === 0) return <h3>{t('today')}</h3>
  if (day.ago === -1) return <h3>{t('yesterday')}</h3>
  const at = new Date(day.at)
  return (
    <h3>
      {dayMonth(at)} {weekday(at)}
    </h3>
  )
}

/** Seconds since the event, in steps of the freshness rail. */
function freshness(entry: Entry, me: string, openedAt: number): string {
  const at = Date.parse(entry.at)
  if (entry.by === me || at < openedAt) return ''
  const age = Date.now() - at
  return age < 2000 ? ' f0' : age < 8000 ? ' f1' : ''
}

function EntryRow({ entry, openedAt }: { entry: Entry; openedAt: number }) {
  const t = useCustomerTexts()
  const { people, me } = useCustomer()
  const at = new Date(entry.at)
  const isPerson = entry.by !== null && entry.by !== 'system' && !entry.by.startsWith('key:')
  const removed = entry.op === 'note.added' && entry.detail === undefined
  return (
    <li className={`ev${freshness(entry, me, openedAt)}`} data-kind={entry.kind}>
      <time dateTime={entry.at} title={dateTime(at)}>
        {clock(at)}
      </time>
      <span className="mk">
        <Icon of={entry.icon} size="s" />
      </span>
      <div className="bd">
        {removed ? (
          <p className="t3">{t('noteGone')}</p>
        ) : (
          <p>
            <b>{entry.detail ? `${entry.what}:` : entry.what}</b> {entry.detail}
            {entry.note?.edited_at && <span className="t3 sm"> · {t('noteEdited')}</span>}
          </p>
        )}
        {entry.more && <p className="t2 sub">{entry.more}</p>}
      </div>
      <span className="by">
        {isPerson && entry.by ? (
          <Avatar person={people.of(entry.by)} />
        ) : entry.by === null ? null : (
          <span className="t3 sm">{t(entry.by === 'system' ? 'system' : 'software')}</span>
        )}
      </span>
    </li>
  )
}

export function Timeline({
  subscription,
  notes,
}: {
  subscription: Subscription
  notes: readonly Note[]
}) {
  const t = useCustomerTexts()
  const { customer, people } = useCustomer()
  const [kind, setKind] = useState<Kind>()
  const [by, setBy] = useState<string[]>([])
  const [openedAt] = useState(Date.now)
  const names = useNames(customer.cards)
  const live = useRows<TimelineItem>(subscription, 'events')
  const author = by[0]
  const read = useInfiniteQuery({
    queryKey: ['timeline', customer.id, kind ?? null, author ?? null],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<TimelineItem>>(
        `/customers/${customer.id}/timeline`,
        { limit: 50, cursor: pageParam, kind, by: author },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    staleTime: 5000,
  })
  const noteById = useMemo(() => new Map(notes.map((note) => [note.id, note])), [notes])
  const items = merged(read.data?.pages.flatMap((page) => page.items) ?? [], live)
  const all = entries(items, noteById, names).filter(
    (entry) => (!kind || entry.kind === kind) && (!author || entry.by === author),
  )
  const days = byDay(all)

  return (
    <>
      <div className="flt" role="toolbar" aria-label={t('timeline')}>
        <button
          type="button"
          className={kind ? 'fchip' : 'fchip on'}
          aria-pressed={!kind}
          onClick={() => setKind(undefined)}
        >
          {t('all')}
        </button>
        {kinds.map((each) => (
          <button
            key={each}
            type="button"
            className={kind === each ? 'fchip on' : 'fchip'}
            aria-pressed={kind === each}
            onClick={() => setKind(kind === each ? undefined : each)}
          >
            {t(`kind.${each}`)}
          </button>
        ))}
        <FilterSelect
          label={t('filterBy')}
          searchLabel={t('findPerson')}
          emptyText={t('noMatch')}
          options={people.active.map((each) => ({
            id: each.id,
            label: each.name,
            mark: <Avatar person={each} />,
          }))}
          value={by}
          onChange={(next) => setBy(next.slice(-1))}
        />
      </div>
      {read.isError && all.length === 0 ? (
        <ErrorState error={read.error} onRetry={() => void read.refetch()} />
      ) : read.isPending && all.length === 0 ? (
        <div className="tl-wait">
          {[64, 48, 72, 56].map((width) => (
            <Skeleton key={width} width={`${width}%`} />
          ))}
        </div>
      ) : days.length === 0 ? (
        <EmptyState title={t(kind || author ? 'noEventsKind' : 'noEvents')}>
          {!kind && !author && t('noEventsBody')}
        </EmptyState>
      ) : (
        days.map((day) => (
          <section key={day.ago}>
            <DayTitle day={day} />
            <ol>
              {day.entries.map((entry) => (
                <EntryRow key={entry.key} entry={entry} openedAt={openedAt} />
              ))}
            </ol>
          </section>
        ))
      )}
      {read.hasNextPage && (
        <div className="tl-more">
          <Button
            small
            isPending={read.isFetchingNextPage}
            onPress={() => void read.fetchNextPage()}
          >
            {t('olderEvents')}
          </Button>
        </div>
      )}
    </>
  )
}
