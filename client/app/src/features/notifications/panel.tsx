// The notification centre: newest first, read or unread, each leading to where it happened.
import './notifications.css'
import { type InfiniteData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useRouter } from '@tanstack/react-router'
import { CheckCheck, Mail, MailOpen, Settings2 } from 'lucide-react'
import { useCallback, useState } from 'react'
import { usePeople } from '@/features/customers/people'
import { ago } from '@/i18n/ago'
import { dateTime, daysBetween } from '@/i18n/format'
import { useRows, useTopic, useTopicEvents, useTopicStatus } from '@/live/hooks'
import { api } from '@/session/api'
import { Button, IconButton } from '@/ui/button'
import { Sheet } from '@/ui/dialog'
import { Icon } from '@/ui/icon'
import { EmptyState, ErrorState, Skeleton } from '@/ui/states'
import type { Ev } from '@/wire/frames'
import type { Page } from '@/wire/records'
import type { Notification } from '@/wire/work'
import { useInbox } from './bell'
import { markAllRead, markRead, markUnread } from './commands'
import { type Marked, readAt } from './model'
import { linkOf, said } from './sentences'
import { useNotificationTexts } from './texts'

const HELD = 50

/** Newest first; what the socket told wins over what was read before. */
export function together(
  read: readonly Notification[],
  live: readonly Notification[],
): Notification[] {
  const all = new Map<string, Notification>()
  for (const each of [...read, ...live]) all.set(each.id, each)
  return [...all.values()].sort((a, b) => b.at.localeCompare(a.at) || b.id.localeCompare(a.id))
}

type Pages = InfiniteData<Page<Notification>, string | null>

/** Older ones were read over HTTP: what marks or removes the newest on the topic does so here. */
export function olderMarked(data: Pages, { op, d, at }: Pick<Ev, 'op' | 'd' | 'at'>): Pages {
  if (op === 'notification.removed') {
    const { ids } = d as { ids: readonly string[] }
    const left = (page: Page<Notification>) => page.items.filter(({ id }) => !ids.includes(id))
    return { ...data, pages: data.pages.map((page) => ({ ...page, items: left(page) })) }
  }
  if (op !== 'notification.read' && op !== 'notification.unread') return data
  const marked = d as Marked & { read_at?: string }
  const when = op === 'notification.read' ? (marked.read_at ?? at) : null
  const pages = data.pages.map((page) => ({
    ...page,
    items: page.items.map((each) => readAt(each, marked, when)),
  }))
  return { ...data, pages }
}

function useOlderMarked(): void {
  const queries = useQueryClient()
  const listener = useCallback(
    (ev: Ev) =>
      void queries.setQueriesData<Pages>(
        { queryKey: ['notifications'] },
        (data) => data && olderMarked(data, ev),
      ),
    [queries],
  )
  useTopicEvents('me', listener)
}

function Item({ of, onOpen }: { of: Notification; onOpen: (link: string) => void }) {
  const t = useNotificationTexts()
  const people = usePeople()
  const { icon, what, about } = said(of, (id) => people.of(id).name)
  const link = linkOf(of)
  const isUnread = of.read_at === null
  const body = (
    <>
      <span className="mk">
        <Icon of={icon} />
      </span>
      <span className="txt">
        <b>{what}</b>
        {isUnread && <span className="vh"> ({t('new')})</span>}
        {about && <span className="t2">{about}</span>}
        <time className="t3 sm" dateTime={of.at} title={dateTime(new Date(of.at))}>
          {ago(of.at)}
        </time>
      </span>
    </>
  )
  return (
    <li className="notice" data-unread={isUnread || undefined}>
      {link ? (
        <button type="button" className="notice-body" onClick={() => onOpen(link)}>
          {body}
        </button>
      ) : (
        <div className="notice-body">{body}</div>
      )}
      <IconButton
        icon={isUnread ? MailOpen : Mail}
        small
        label={t(isUnread ? 'markRead' : 'markUnread')}
        onPress={() => (isUnread ? markRead([of.id]) : markUnread(of.id))}
      />
    </li>
  )
}

export default function NotificationPanel({ onClose }: { onClose: () => void }) {
  const t = useNotificationTexts()
  const router = useRouter()
  const topic = useTopic('me')
  const status = useTopicStatus(topic)
  const live = useRows<Notification>(topic, 'notifications')
  const { unread } = useInbox()
  useOlderMarked()
  const [onlyUnread, setOnlyUnread] = useState(false)
  const [wantsOlder, setWantsOlder] = useState(false)
  // The snapshot holds the latest; older ones are read when somebody asks for them.
  const older = useInfiniteQuery({
    queryKey: ['notifications', onlyUnread],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<Notification>>(
        '/notifications',
        { limit: 100, cursor: pageParam, ...(onlyUnread ? { unread: true } : {}) },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    enabled: wantsOlder,
  })
  const all = together(older.data?.pages.flatMap((page) => page.items) ?? [], live).filter(
    (each) => !onlyUnread || each.read_at === null,
  )
  const now = new Date()
  const days = [
    ['today', all.filter((each) => daysBetween(now, new Date(each.at)) === 0)],
    ['earlier', all.filter((each) => daysBetween(now, new Date(each.at)) !== 0)],
  ] as const
  const hasMore = wantsOlder ? older.hasNextPage : live.length >= HELD
  const open = (of: Notification) => (link: string) => {
    if (of.read_at === null) markRead([of.id])
    onClose()
    router.history.push(link)
  }
  const chips = [
    [false, t('all')],
    [true, t('onlyUnread')],
  ] as const
  return (
    <Sheet isOpen onClose={onClose} title={t('title')}>
      <div className="row" style={{ gap: 6 }}>
        {chips.map(([value, label]) => (
          <button
            key={label}
            type="button"
            className={onlyUnread === value ? 'fchip on' : 'fchip'}
            aria-pressed={onlyUnread === value}
            onClick={() => setOnlyUnread(value)}
          >
            {label}
          </button>
        ))}
        <span className="sp" />
        {unread > 0 && (
          <Button small tone="quiet" icon={CheckCheck} onPress={markAllRead}>
            {t('markAll')}
          </Button>
        )}
        <Link
          className="btn q i sm"
          to="/settings/$section"
          params={{ section: 'notifications' }}
          aria-label={t('settings')}
          title={t('settings')}
          onClick={onClose}
        >
          <Icon of={Settings2} />
        </Link>
      </div>
      {all.length === 0 && status === 'loading' ? (
        [70, 62, 66].map((width) => <Skeleton key={width} width={`${width}%`} height={36} />)
      ) : all.length === 0 ? (
        <EmptyState title={t(onlyUnread ? 'emptyUnread' : 'empty')}>
          {!onlyUnread && t('emptyBody')}
        </EmptyState>
      ) : (
        days.map(
          ([day, list]) =>
            list.length > 0 && (
              <section key={day} aria-label={t(day)}>
                <h3 className="notice-day">{t(day)}</h3>
                <ul>
                  {list.map((of) => (
                    <Item key={of.id} of={of} onOpen={open(of)} />
                  ))}
                </ul>
              </section>
            ),
        )
      )}
      {older.isError && <ErrorState error={older.error} onRetry={() => void older.refetch()} />}
      {hasMore && (
        <Button
          small
          isPending={older.isFetching}
          onPress={() => (wantsOlder ? void older.fetchNextPage() : setWantsOlder(true))}
        >
          {t('older')}
        </Button>
      )}
    </Sheet>
  )
}
