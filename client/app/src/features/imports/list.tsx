import './imports.css'
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
import type { Import, ImportState } from '@/wire/records'
import { isMoving, useImportProgress, useImports } from './queries'
import { useImportTexts } from './texts'
import { Upload } from './upload'

const tones: Record<ImportState, 'plain' | 'ok' | 'danger' | 'accent' | 'info'> = {
  ready: 'info',
  running: 'accent',
  done: 'ok',
  failed: 'danger',
  cancelled: 'plain',
  undoing: 'accent',
  undone: 'plain',
}

export function StateChip({ state }: { state: ImportState }) {
  const t = useImportTexts()
  return <Chip tone={tones[state]}>{t(`state.${state}`)}</Chip>
}

export function ImportCrumbs({ name }: { name?: string }) {
  const t = useImportTexts()
  const isPhone = usePhone()
  if (isPhone) {
    return (
      <nav className="crumb t3 row" aria-label={t('location')}>
        <Icon of={ChevronLeft} />
        {name ? (
          <Link to="/customers/imports">{t('title')}</Link>
        ) : (
          <Link to="/customers" search={{}}>
            {t('customers')}
          </Link>
        )}
      </nav>
    )
  }
  return (
    <nav className="crumb t3 row" aria-label={t('location')}>
      <Link to="/customers" search={{}}>
        {t('customers')}
      </Link>
      <Icon of={ChevronRight} size="s" />
      {name ? (
        <>
          <Link to="/customers/imports">{t('title')}</Link>
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

function Row({ item, who }: { item: Import; who: { id: string; name: string } | undefined }) {
  const t = useImportTexts()
  const counts = [
    `${number(item.counts.rows)} ${t('countRows', { count: item.counts.rows })}`,
    ...(item.state === 'ready'
      ? []
      : [
          `${number(item.created)} ${t('created')}`,
          `${number(item.matched)} ${t('matched')}`,
          ...(item.failed > 0 ? [`${number(item.failed)} ${t('failed')}`] : []),
        ]),
  ]
  return (
    <li>
      <Link className="import-row" to="/customers/imports/$importId" params={{ importId: item.id }}>
        <span className="names">
          <b>{item.file_name}</b>
          <span className="sm t3">{counts.join(' · ')}</span>
        </span>
        {isMoving(item.state) && (
          <span className="bar" aria-hidden="true">
            <i style={{ width: `${(100 * item.done) / Math.max(1, item.total)}%` }} />
          </span>
        )}
        <StateChip state={item.state} />
        {who && <Avatar person={who} />}
        <time className="sm t3" title={dateTime(new Date(item.created_at))}>
          {ago(item.created_at)}
        </time>
      </Link>
    </li>
  )
}

export function ImportsScreen() {
  const t = useImportTexts()
  const imports = useImports()
  const people = usePeople()
  useImportProgress()
  return (
    <Screen title={t('title')} heading={<ImportCrumbs />}>
      <div className="import-page scroll">
        <div className="column">
          <h1 className="vh">{t('title')}</h1>
          <Upload />
          <Part title={t('past')}>
            <Paged read={imports} height={48} empty={<p className="t3">{t('noPast')}</p>}>
              {(item) => (
                <Row
                  key={item.id}
                  item={item}
                  who={item.created_by ? people.of(item.created_by) : undefined}
                />
              )}
            </Paged>
          </Part>
        </div>
      </div>
    </Screen>
  )
}
