// What has not reached the server: waiting in order, or refused and waiting for a person.
import { Clock, PenLine, RotateCcw, Trash2, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import type { Asked } from '@/features/activities/asks'
import { RequireSheet } from '@/features/activities/require-sheet'
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
  const [isAsking, setAsking] = useState(false)
  const missing = (row.error?.missing ?? []) as Asked[]
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
      {isParked && missing.length > 0 && (
        <IconButton small icon={PenLine} label={t('complete')} onPress={() => setAsking(true)} />
      )}
      {isAsking && (
        <RequireSheet
          lacking={row.label ?? row.op}
          questions={missing.map((field) => ({ field, required: true }))}
          count={1}
          onAnswer={(answers) => void live?.retry(row.id, answers)}
          onClose={() => setAsking(false)}
        />
      )}
      {isParked && missing.length === 0 && (
        <IconButton
          small
          icon={RotateCcw}
          label={c('retry')}
          onPress={() => void live?.retry(row.id)}
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
