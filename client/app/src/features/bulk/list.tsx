// Bulk actions so far: one's own, or everybody's for who sees all.
import './bulk.css'
import { Link } from '@tanstack/react-router'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { usePeople } from '@/features/customers/people'
import { ago } from '@/i18n/ago'
import { dateTime, number } from '@/i18n/format'
import { Screen } from '@/shell/screen'
import { Part } from '@/shell/sections'
import { Avatar } from '@/ui/avatar'
import { Chip } from '@/ui/chip'
import { Icon } from '@/ui/icon'
import { usePhone } from '@/ui/media'
import { Paged } from '@/ui/paged'
import { type Bulk, type BulkState, isMoving } from './model'
import { useNames } from './names'
import { useBulks } from './queries'
import { Bar } from './strip'
import { useBulkTexts } from './texts'
import { actionText, type Names } from './words'

const tones: Record<BulkState, 'plain' | 'ok' | 'warn' | 'danger' | 'accent'> = {
  running: 'accent',
  done: 'ok',
  cancelled: 'warn',
  failed: 'danger',
  undoing: 'accent',
  undone: 'plain',
}

export function StateChip({ state }: { state: BulkState }) {
  const t = useBulkTexts()
  return <Chip tone={tones[state]}>{t(`state.${state}`)}</Chip>
}

export function Crumbs({ name }: { name?: string }) {
  const t = useBulkTexts()
  const isPhone = usePhone()
  const list = (
    <Link to="/customers" search={{}}>
      {t('customers')}
    </Link>
  )
  if (isPhone) {
    return (
      <nav className="crumb t3 row" aria-label={t('location')}>
        <Icon of={ChevronLeft} />
        {name ? <Link to="/customers/bulk">{t('title')}</Link> : list}
      </nav>
    )
  }
  return (
    <nav className="crumb t3 row" aria-label={t('location')}>
      {list}
      <Icon of={ChevronRight} size="s" />
      {name ? (
        <>
          <Link to="/customers/bulk">{t('title')}</Link>
          <Icon of={ChevronRight} size="s" />
          <span className="el" style={{ color: 'var(--text-1)' }}>
            {name}
          </span>
        </>
      ) : (
        <span style={{ color: 'var(--text-1)' }}>{t('title')}</span>
      )}
    </nav>
  )
}

function Row({
  bulk,
  names,
  who,
}: {
  bulk: Bulk
  names: Names
  who: { id: string; name: string }
}) {
  const t = useBulkTexts()
  const what = actionText(bulk.action, names)
  const counts = [
    `${number(bulk.changed)} ${t('changed')}`,
    ...(bulk.failed_count > 0 ? [`${number(bulk.failed_count)} ${t('failed')}`] : []),
    ...(bulk.state === 'undone' ? [`${number(bulk.restored)} ${t('restored')}`] : []),
  ]
  return (
    <li>
      <Link className="bulk-row" to="/customers/bulk/$bulkId" params={{ bulkId: bulk.id }}>
        <span className="names">
          <b>{what}</b>
          <span className="sm t3">
            {t('people', { count: bulk.total, n: number(bulk.total) })} · {counts.join(' · ')}
          </span>
        </span>
        {isMoving(bulk.state) && <Bar bulk={bulk} label={what} />}
        <StateChip state={bulk.state} />
        <Avatar person={who} />
        <time className="sm t3" title={dateTime(new Date(bulk.at))}>
          {ago(bulk.at)}
        </time>
      </Link>
    </li>
  )
}

export function BulksScreen() {
  const t = useBulkTexts()
  const bulks = useBulks()
  const people = usePeople()
  const names = useNames(
    bulks.data?.pages.flatMap((page) => page.items.map((bulk) => bulk.action)) ?? [],
  )
  return (
    <Screen title={t('title')} heading={<Crumbs />}>
      <div className="bulk-page scroll">
        <div className="column">
          <h1 className="vh">{t('title')}</h1>
          <Part title={t('past')}>
            <Paged read={bulks} height={48} empty={<p className="t3">{t('none')}</p>}>
              {(bulk) => <Row key={bulk.id} bulk={bulk} names={names} who={people.of(bulk.by)} />}
            </Paged>
          </Part>
        </div>
      </div>
    </Screen>
  )
}
