// What has not reached the server: waiting in order, or refused and waiting for a person.
import { Clock, RotateCcw, Trash2, TriangleAlert } from 'lucide-react'
import { ago } from '@/i18n/ago'
import { useCommonTexts } from '@/i18n/common'
import { engine } from '@/live/live'
import { useObservable } from '@/live/observable'
import type { OutboxRow } from '@/live/outbox'
import { liveStatus } from '@/live/status'
import { errorText } from '@/session/errors'
import { IconButton } from '@/ui/button'
import { Sheet } from '@/ui/dialog'
import { Icon } from '@/ui/icon'
import { EmptyState } from '@/ui/states'
import { useShellTexts } from './texts'

export default function PendingSheet({ onClose }: { onClose: () => void }) {
  const t = useShellTexts()
  const live = useObservable(engine)
  // The counts change with every row; the rows themselves are read from the engine.
  useObservable(liveStatus)
  const rows = [...(live?.parked ?? []), ...(live?.queued ?? [])]
  return (
    <Sheet isOpen onClose={onClose} title={t('pendingTitle')}>
      {rows.length === 0 && <EmptyState title={t('pendingEmpty')} />}
      <ul className="flex flex-col">
        {rows.map((row) => (
          <PendingRow key={row.id} row={row} />
        ))}
      </ul>
    </Sheet>
  )
}

function PendingRow({ row }: { row: OutboxRow }) {
  const t = useShellTexts()
  const c = useCommonTexts()
  const live = useObservable(engine)
  const isParked = row.state === 'parked'
  const why = row.error ? errorText(row.error.code, row.error.message) : t('tooOld')
  return (
    <li className="row" style={{ minHeight: 48, borderBottom: '1px solid var(--line-1)' }}>
      <span style={{ color: isParked ? 'var(--danger-text)' : 'var(--text-3)' }}>
        <Icon of={isParked ? TriangleAlert : Clock} />
      </span>
      <span className="sp" style={{ minWidth: 0 }}>
        <span style={{ display: 'block' }}>{row.label ?? row.op}</span>
        <span className="sm t3">
          {isParked ? why : t('queued')} · {ago(new Date(row.at))}
        </span>
      </span>
      {isParked && (
        <IconButton
          small
          icon={RotateCcw}
          label={c('retry')}
          onPress={() => void live?.retry(row.id).catch(() => undefined)}
        />
      )}
      <IconButton
        small
        icon={Trash2}
        label={t('discard')}
        onPress={() => void live?.discard(row.id)}
      />
    </li>
  )
}
