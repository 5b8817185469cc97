// One bulk action: how far it is, what came of it, whom it could not be done to and why.
import './bulk.css'
import { useQueries } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { Undo2 } from 'lucide-react'
import { useState } from 'react'
import { usePeople } from '@/features/customers/people'
import { dateTime, number } from '@/i18n/format'
import { api } from '@/session/api'
import { hasFailed } from '@/session/reads'
import { Screen } from '@/shell/screen'
import { Part } from '@/shell/sections'
import { Avatar } from '@/ui/avatar'
import { Button } from '@/ui/button'
import { Chip } from '@/ui/chip'
import { ConfirmDialog } from '@/ui/dialog'
import { ErrorState, Skeleton } from '@/ui/states'
import { cancelBulk, undoBulk } from './commands'
import { Crumbs, StateChip } from './list'
import { type Bulk, type BulkFailure, canUndo, isMoving, reasons } from './model'
import { useNames } from './names'
import { useBulk } from './queries'
import { Bar } from './strip'
import { useBulkTexts } from './texts'
import { actionText, endText, whyText } from './words'

export function BulkScreen() {
  const { bulkId } = useParams({ from: '/signed-in/customers/bulk/$bulkId' })
  const t = useBulkTexts()
  const read = useBulk(bulkId)
  const names = useNames(read.data ? [read.data.action] : [])
  const title = read.data ? actionText(read.data.action, names) : t('one')
  return (
    <Screen title={title} heading={<Crumbs name={title} />}>
      <div className="bulk-page scroll">
        <div className="column">
          {hasFailed(read) ? (
            <ErrorState error={read.error} onRetry={() => void read.refetch()} />
          ) : read.isPending ? (
            <Skeleton height={120} />
          ) : (
            <Shown bulk={read.data} title={title} />
          )}
        </div>
      </div>
    </Screen>
  )
}

function Shown({ bulk, title }: { bulk: Bulk; title: string }) {
  const t = useBulkTexts()
  const people = usePeople()
  const [asking, setAsking] = useState<'cancel' | 'undo'>()
  const moving = isMoving(bulk.state)
  const same = bulk.done - bulk.changed - bulk.failed_count
  const counts: [string, number][] = [
    [t('changed'), bulk.changed],
    ...(same > 0 && !moving && bulk.state !== 'undone'
      ? [[t('same'), same] as [string, number]]
      : []),
    ...(bulk.failed_count > 0 ? [[t('failed'), bulk.failed_count] as [string, number]] : []),
    ...(bulk.restored + bulk.kept > 0
      ? ([
          [t('restored'), bulk.restored],
          [t('kept'), bulk.kept],
        ] as [string, number][])
      : []),
  ]
  const moments: [string, string, string | null][] = [
    [t('started'), dateTime(new Date(bulk.at)), bulk.by],
    ...(bulk.finished_at
      ? [[t('finished'), dateTime(new Date(bulk.finished_at)), null] as [string, string, null]]
      : []),
    ...(bulk.undone_at
      ? [
          [t('undoneBy'), dateTime(new Date(bulk.undone_at)), bulk.undone_by] as [
            string,
            string,
            string | null,
          ],
        ]
      : []),
  ]
  return (
    <>
      <header className="bulk-head">
        <div className="row">
          <h1 className="sp">{title}</h1>
          <StateChip state={bulk.state} />
        </div>
        <p className="t2">
          {moving ? t('people', { count: bulk.total, n: number(bulk.total) }) : endText(bulk)}
        </p>
        {moving && <Bar bulk={bulk} label={title} />}
        {moving && (
          <p className="row t3">
            <span className="num">
              {t('progress', { done: number(bulk.done), total: number(bulk.total) })}
            </span>
            <span>{t('background')}</span>
          </p>
        )}
        <dl className="bulk-counts">
          {counts.map(([label, value]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd className="num">{number(value)}</dd>
            </div>
          ))}
        </dl>
        <div className="row">
          {bulk.state === 'running' && (
            <Button onPress={() => setAsking('cancel')}>{t('cancel')}</Button>
          )}
          {canUndo(bulk) && (
            <Button icon={Undo2} onPress={() => setAsking('undo')}>
              {t('undo')}
            </Button>
          )}
        </div>
      </header>
      <Part title={t('past')}>
        <ul className="lines">
          {moments.map(([label, at, by]) => {
            const who = by ? people.of(by) : undefined
            return (
              <li key={label}>
                <span className="sp">{label}</span>
                {who && (
                  <span className="row">
                    <Avatar person={who} />
                    {who.name}
                  </span>
                )}
                <time className="t3">{at}</time>
              </li>
            )
          })}
        </ul>
      </Part>
      {bulk.failed_count > 0 && <Failures failed={bulk.failed} total={bulk.failed_count} />}
      <ConfirmDialog
        isOpen={asking !== undefined}
        title={t(asking === 'cancel' ? 'cancelTitle' : 'undoTitle')}
        action={t(asking === 'cancel' ? 'cancel' : 'undo')}
        onClose={() => setAsking(undefined)}
        onConfirm={() => void (asking === 'cancel' ? cancelBulk(bulk) : undoBulk(bulk))}
      >
        <p>{t(asking === 'cancel' ? 'cancelBody' : 'undoBody')}</p>
      </ConfirmDialog>
    </>
  )
}

const PAGE = 25

/** Names are asked for as far as the list is read: two hundred records for one glance are too many. */
function Failures({ failed, total }: { failed: readonly BulkFailure[]; total: number }) {
  const t = useBulkTexts()
  const [most, setMost] = useState(PAGE)
  const shown = failed.slice(0, most)
  const found = useQueries({
    queries: shown.map(({ customer_id }) => ({
      queryKey: ['customer-name', customer_id],
      queryFn: () => api.get<{ name: string }>(`/customers/${customer_id}`),
      staleTime: 5 * 60_000,
      retry: false,
    })),
  })
  return (
    <Part
      title={t('reasons')}
      {...(total > failed.length
        ? { lead: t('firstOf', { shown: number(failed.length), total: number(total) }) }
        : {})}
    >
      <p className="bulk-reasons">
        {reasons(failed).map(([code, count]) => (
          <Chip key={code} tone="line">
            {whyText({ code })} · {number(count)}
          </Chip>
        ))}
      </p>
      <ul className="lines">
        {shown.map((each, n) => {
          const read = found[n]
          return (
            <li key={each.customer_id}>
              {read?.data ? (
                <Link
                  className="sp el"
                  to="/customers/$customerId"
                  params={{ customerId: each.customer_id }}
                >
                  <b>{read.data.name}</b>
                </Link>
              ) : (
                <span className="sp t3">
                  {read?.isError ? t('hidden') : <Skeleton width={140} />}
                </span>
              )}
              <span className="t2">{whyText(each)}</span>
            </li>
          )
        })}
      </ul>
      {most < failed.length && (
        <Button onPress={() => setMost((now) => now + PAGE)}>{t('more')}</Button>
      )}
    </Part>
  )
}
