// The middle pane: everything that happened, by day. Only what is seen is drawn, so that ten
// thousand entries are as quick as ten.
import { useInfiniteQuery, useQueries } from '@tanstack/react-query'
import { useVirtualizer } from '@tanstack/react-virtual'
import { Download } from 'lucide-react'
import { type ReactNode, useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useActivityTypes } from '@/features/activities/types'
import { saveFile } from '@/features/customers/csv'
import { useLocale } from '@/i18n'
import { clock, dateTime, dayMonth, weekday } from '@/i18n/format'
import { useBoards, useRows } from '@/live/hooks'
import type { Subscription } from '@/live/subscription'
import { api, request } from '@/session/api'
import { usePermission } from '@/session/session'
import { Avatar } from '@/ui/avatar'
import { IconButton } from '@/ui/button'
import { FilterSelect } from '@/ui/filter-select'
import { Icon } from '@/ui/icon'
import { EmptyState, ErrorState, Skeleton } from '@/ui/states'
import { toast } from '@/ui/toasts'
import type { Note, Page, TimelineItem } from '@/wire/records'
import { useCustomer } from './live'
import { type Kind, kinds, type Names } from './sentence-parts'
import { boardQuery } from './stages'
import { useCustomerTexts } from './texts'
import { byDay, type Day, type Entry, entries, merged, type Row, rowsOf } from './timeline'

const PAGE = 200

function useNames(cards: readonly { board_id: string }[]): Names {
  const { people } = useCustomer()
  const boards = useBoards()
  const types = useActivityTypes()
  const locale = useLocale()
  const ids = [
    ...new Set([...boards.map((board) => board.id as string), ...cards.map((c) => c.board_id)]),
  ]
  const views = useQueries({
    queries: ids.slice(0, 12).map(boardQuery),
    // The same array of stages as long as no board answered anew.
    combine: (all) => all.map((view) => view.data?.stages),
  })
  // Lines are worded once for these names; in another language they are worded anew.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the language is part of the names
  return useMemo(() => {
    const stages = new Map(
      views.flatMap((each) => each ?? []).map((stage) => [stage.id as string, stage.name]),
    )
    return {
      user: (id) => people.of(id).name,
      stage: (id) => stages.get(id),
      board: (id) => boards.find((board) => board.id === id)?.name,
      activityType: (id) => types.of(id)?.name,
      outcome: (id) => types.outcome(id)?.name,
    }
  }, [views, people, boards, types, locale])
}

function DayTitle({ day }: { day: Pick<Day, 'ago' | 'at'> }) {
  const t = useCustomerTexts()
  const locale = useLocale()
  if (day.ago === 0) return <h3>{t('today')}</h3>
  if (day.ago === -1) return <h3>{t('yesterday')}</h3>
  const at = new Date(day.at)
  return (
    <h3>{locale === 'tr' ? `${dayMonth(at)} ${weekday(at)}` : `${weekday(at)} ${dayMonth(at)}`}</h3>
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
  const author = entry.by
  const machine =
    author === 'system'
      ? 'system'
      : author?.startsWith('rule:')
        ? 'rule'
        : author?.startsWith('key:')
          ? 'software'
          : undefined
  const removed = entry.op === 'note.added' && entry.detail === undefined
  return (
    <div className={`ev${freshness(entry, me, openedAt)}`} data-kind={entry.kind}>
      <time dateTime={entry.at} title={dateTime(at)}>
        {clock(at)}
      </time>
      <span className="mk">
        <Icon of={entry.icon} size="s" />
      </span>
      <div className="bd-text">
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
        {machine ? (
          <span className="t3 sm">{t(machine)}</span>
        ) : (
          author && <Avatar person={people.of(author)} />
        )}
      </span>
    </div>
  )
}

/** The rows of the list that are in sight; `scroller` is what scrolls. */
function Rows({
  rows,
  scroller,
  openedAt,
  onEnd,
}: {
  rows: readonly Row[]
  scroller: React.RefObject<HTMLElement | null>
  openedAt: number
  onEnd: () => void
}) {
  const t = useCustomerTexts()
  const list = useRef<HTMLDivElement>(null)
  const [margin, setMargin] = useState(0)
  // What stands above the list may grow and shrink.
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured after every change of rows
  useLayoutEffect(() => setMargin(list.current?.offsetTop ?? 0), [rows])
  // A new function would measure every row anew at every scroll.
  const keyAt = useCallback((index: number) => rows[index]?.key ?? index, [rows])
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (rows[index]?.entry ? 40 : 34),
    getItemKey: keyAt,
    overscan: 10,
    scrollMargin: margin,
    onChange: (instance) => {
      const last = instance.getVirtualItems().at(-1)
      if (last && last.index >= rows.length - 20) onEnd()
    },
  })
  return (
    <div
      ref={list}
      className="tl-list"
      role="list"
      aria-label={t('timeline')}
      style={{ height: virtual.getTotalSize() }}
    >
      {virtual.getVirtualItems().map((item) => {
        const row = rows[item.index]
        if (!row) return null
        return (
          <div
            key={item.key}
            ref={virtual.measureElement}
            data-index={item.index}
            role="listitem"
            aria-setsize={-1}
            aria-posinset={item.index + 1}
            style={{ transform: `translateY(${item.start - margin}px)` }}
          >
            {row.entry ? (
              <EntryRow entry={row.entry} openedAt={openedAt} />
            ) : (
              <DayTitle day={row.day} />
            )}
          </div>
        )
      })}
    </div>
  )
}

export function Timeline({
  subscription,
  notes,
  top,
}: {
  subscription: Subscription
  notes: readonly Note[]
  /** Drawn above and scrolled with it. */
  top?: ReactNode
}) {
  const t = useCustomerTexts()
  const { customer, people } = useCustomer()
  const canExport = usePermission('customers.export')
  const scroller = useRef<HTMLElement>(null)
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
        { limit: PAGE, cursor: pageParam, kind, by: author },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    staleTime: 5000,
    // Old pages are kept as they are; comparing them anew with every page costs more than it saves.
    structuralSharing: false,
  })
  const noteById = useMemo(() => new Map(notes.map((note) => [note.id, note])), [notes])
  const rows = useMemo(() => {
    const items = merged(read.data?.pages.flatMap((page) => page.items) ?? [], live)
    const all = entries(items, noteById, names).filter(
      (entry) => (!kind || entry.kind === kind) && (!author || entry.by === author),
    )
    return rowsOf(byDay(all))
  }, [read.data, live, noteById, names, kind, author])
  const more = () => {
    if (read.hasNextPage && !read.isFetchingNextPage) void read.fetchNextPage()
  }
  const download = async () => {
    const query = { kind, by: author }
    try {
      const answer = await request(`/customers/${customer.id}/timeline.csv`, { query })
      saveFile(`${customer.name}.csv`, await answer.blob())
    } catch {
      toast(t('exportFailed'))
    }
  }

  return (
    <section className="tl scroll" ref={scroller} tabIndex={0} aria-label={t('timeline')}>
      {top}
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
        {canExport && (
          <IconButton
            icon={Download}
            small
            label={t('exportTimeline')}
            onPress={() => void download()}
          />
        )}
      </div>
      {read.isError && rows.length === 0 ? (
        <ErrorState error={read.error} onRetry={() => void read.refetch()} />
      ) : read.isPending && rows.length === 0 ? (
        <div className="tl-wait">
          {[64, 48, 72, 56].map((width) => (
            <Skeleton key={width} width={`${width}%`} />
          ))}
        </div>
      ) : rows.length === 0 ? (
        <EmptyState title={t(kind || author ? 'noEventsKind' : 'noEvents')}>
          {!kind && !author && t('noEventsBody')}
        </EmptyState>
      ) : (
        <Rows rows={rows} scroller={scroller} openedAt={openedAt} onEnd={more} />
      )}
      {read.isFetchingNextPage && (
        <p className="t3 sm tl-more" role="status">
          {t('loadingOlder')}
        </p>
      )}
    </section>
  )
}
