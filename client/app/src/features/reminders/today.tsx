// My work: what is late, what is due today, what comes. Reminders are live; activities are read.
import './today.css'
import { Link } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { lazy, Suspense, useRef, useState } from 'react'
import { useCommands } from '@/commands'
import { ActivityDialog } from '@/features/activities/activity-dialog'
import { ActivityRow } from '@/features/activities/activity-row'
import { OutcomeSheet } from '@/features/activities/outcome-sheet'
import { useTopic, useTopicStatus } from '@/live/hooks'
import { usePermission, useSignedIn } from '@/session/session'
import { useIsDown } from '@/shell/connection'
import { Screen } from '@/shell/screen'
import { Button } from '@/ui/button'
import { useMedia, usePhone } from '@/ui/media'
import { Banner, EmptyState, ErrorState, Skeleton } from '@/ui/states'
import type { Activity, Reminder } from '@/wire/work'
import { useFocusStays } from './focus-stays'
import { useMyActivities, useMyReminders, useNow } from './mine'
import { ReminderDialog } from './reminder-dialog'
import { ReminderRow } from './reminder-row'
import { useReminderTexts } from './texts'
import { type DueGroup, dueGroup } from './times'
import { WorkTabs } from './work-tabs'

type Item =
  | { what: 'reminder'; key: string; due: string; of: Reminder }
  | { what: 'activity'; key: string; due: string | null; of: Activity }
type Asking =
  | { what: 'reminder'; reminder?: Reminder }
  | { what: 'outcome'; activity: Activity }
  | { what: 'activity'; activity: Activity }

const DayAside = lazy(() => import('@/features/agenda/day-aside'))
/** Beside the list there is room for the day's appointments. */
const WIDE = '(min-width: 1180px)'

const groups: readonly DueGroup[] = ['overdue', 'today', 'next']

/** Late first; what has no time comes last. */
const byDue = (a: Item, b: Item) => (a.due ?? '9').localeCompare(b.due ?? '9')

export function TodayScreen() {
  const t = useReminderTexts()
  const { user } = useSignedIn()
  const canEdit = usePermission('customers.edit')
  const isDown = useIsDown()
  const isPhone = usePhone()
  const now = useNow()
  const status = useTopicStatus(useTopic('me'))
  const reminders = useMyReminders()
  const { read, reread, isWaiting } = useMyActivities()
  const isWide = useMedia(WIDE)
  const hasAside = usePermission('agenda.view') && isWide
  const list = useRef<HTMLElement>(null)
  const [kind, setKind] = useState<'reminder' | 'activity'>()
  const [asking, ask] = useState<Asking>()

  useCommands(t('today'), () =>
    canEdit
      ? [
          {
            id: 'today.remind',
            title: t('newReminder'),
            icon: Plus,
            keys: 'n',
            words: 'reminder hatırlatma',
            run: () => ask({ what: 'reminder' }),
          },
        ]
      : [],
  )

  const items: Item[] = [
    ...reminders.map((of) => ({ what: 'reminder' as const, key: of.id, due: of.due_at, of })),
    ...(read.data ?? [])
      .filter((of) => of.state === 'open')
      .map((of) => ({ what: 'activity' as const, key: of.id, due: of.due_at, of })),
  ]
    .filter((item) => !kind || item.what === kind)
    .sort(byDue)
  useFocusStays(list, items.map(({ key }) => key).join())
  const groupOf = (item: Item) => (item.due ? dueGroup(item.due, now) : 'next')
  const isLoading = (status === 'loading' && reminders.length === 0) || isWaiting
  const close = () => {
    ask(undefined)
    reread()
  }
  const chips = [
    [undefined, t('all')],
    ['reminder', t('onlyReminders')],
    ['activity', t('onlyActivities')],
  ] as const

  return (
    <Screen
      title={t('today')}
      views={<WorkTabs />}
      actions={
        canEdit && (
          <Button
            tone="primary"
            icon={Plus}
            onPress={() => ask({ what: 'reminder' })}
            {...(isPhone && { 'aria-label': t('newReminder') })}
          >
            {isPhone ? '' : t('remind')}
          </Button>
        )
      }
    >
      <section
        ref={list}
        className={hasAside ? 'today wide scroll' : 'today scroll'}
        tabIndex={0}
        aria-label={t('mine')}
      >
        {isDown && items.length > 0 && <Banner>{t('offlineList')}</Banner>}
        <div className="today-column">
          <div className="flt" role="toolbar" aria-label={t('mine')}>
            {chips.map(([id, label]) => (
              <button
                key={label}
                type="button"
                className={kind === id ? 'fchip on' : 'fchip'}
                aria-pressed={kind === id}
                onClick={() => setKind(id)}
              >
                {label}
              </button>
            ))}
          </div>
          {items.length === 0 && isLoading && !read.isError ? (
            [72, 60, 66].map((width) => <Skeleton key={width} width={`${width}%`} height={44} />)
          ) : items.length === 0 && read.isError ? (
            <ErrorState error={read.error} onRetry={reread} />
          ) : items.length === 0 ? (
            <EmptyState
              title={t('emptyTitle')}
              action={
                <Link className="btn" to="/customers" search={{}}>
                  {t('openCustomers')}
                </Link>
              }
            >
              {t('emptyBody')}
            </EmptyState>
          ) : (
            groups.map((group) => {
              const inGroup = items.filter((item) => groupOf(item) === group)
              if (inGroup.length === 0) return null
              return (
                <section key={group} className="work-group" data-group={group}>
                  <header>
                    <h2>{t(`group.${group}`)}</h2>
                    <span className="t3">{inGroup.length}</span>
                  </header>
                  {inGroup.map((item) => (
                    <Row key={item.key} item={item} me={user.id} canEdit={canEdit} ask={ask} />
                  ))}
                </section>
              )
            })
          )}
        </div>
        {hasAside && (
          <Suspense>
            <DayAside />
          </Suspense>
        )}
      </section>
      {asking?.what === 'reminder' && (
        <ReminderDialog
          customer={asking.reminder?.customer_id ?? null}
          reminder={asking.reminder}
          onClose={() => ask(undefined)}
        />
      )}
      {asking?.what === 'outcome' && <OutcomeSheet activity={asking.activity} onClose={close} />}
      {asking?.what === 'activity' && (
        <ActivityDialog
          customer={asking.activity.customer_id}
          activity={asking.activity}
          onClose={close}
        />
      )}
    </Screen>
  )
}

export function CustomerLink({ id, name }: { id: string | null; name: string | null | undefined }) {
  const t = useReminderTexts()
  if (!id) return <p className="t3 sm">{t('personal')}</p>
  if (!name) return null
  return (
    <p className="sm">
      <Link className="cust-link" to="/customers/$customerId" params={{ customerId: id }}>
        {name}
      </Link>
    </p>
  )
}

function Row({
  item,
  me,
  canEdit,
  ask,
}: {
  item: Item
  me: string
  canEdit: boolean
  ask: (next: Asking) => void
}) {
  const where = <CustomerLink id={item.of.customer_id} name={item.of.customer_name} />
  if (item.what === 'reminder') {
    return (
      <ReminderRow
        reminder={item.of}
        canEdit={canEdit}
        me={me}
        where={where}
        onEdit={() => ask({ what: 'reminder', reminder: item.of })}
      />
    )
  }
  return (
    <ActivityRow
      activity={item.of}
      canEdit={canEdit}
      where={where}
      onClose={() => ask({ what: 'outcome', activity: item.of })}
      onEdit={() => ask({ what: 'activity', activity: item.of })}
    />
  )
}
