// An import at work, and what came of it.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CircleCheck, CircleSlash, CircleX, Download, Undo2 } from 'lucide-react'
import { useEffect, useState } from 'react'
import { saveFile } from '@/features/customers/csv'
import { number } from '@/i18n/format'
import { api, request } from '@/session/api'
import { problemText } from '@/session/errors'
import { Part } from '@/shell/sections'
import { Button } from '@/ui/button'
import { ConfirmDialog } from '@/ui/dialog'
import { Icon } from '@/ui/icon'
import { toast } from '@/ui/toasts'
import type { Import } from '@/wire/records'
import { Counts, RowErrors } from './check'
import { type Sighting, secondsLeft, withSighting } from './estimate'
import { useImportTexts } from './texts'

function useEstimate(item: Import): string | undefined {
  const t = useImportTexts()
  const [seen, setSeen] = useState<readonly Sighting[]>([])
  const { done } = item
  useEffect(() => setSeen((all) => withSighting(all, { at: Date.now(), done })), [done])
  const left = secondsLeft(seen, item.total)
  if (left === undefined) return undefined
  return left < 90 ? t('seconds', { n: left }) : t('minutes', { n: Math.round(left / 60) })
}

function useAction(item: Import, path: 'cancel' | 'undo') {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () => api.post(`/imports/${item.id}/${path}`),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['import', item.id] }),
    onError: (error) => toast(problemText(error)),
  })
}

const undoneCounts = ({ counts }: Import, t: ReturnType<typeof useImportTexts>) => [
  { value: counts.removed ?? 0, label: t('removed') },
  { value: counts.restored ?? 0, label: t('restored') },
  { value: counts.left ?? 0, label: t('left') },
]

const doneCounts = (item: Import, t: ReturnType<typeof useImportTexts>) => [
  { value: item.created, label: t('created'), tone: 'ok' as const },
  { value: item.matched, label: t('matched') },
  { value: item.failed, label: t('failed'), tone: 'danger' as const },
]

export function Running({ item }: { item: Import }) {
  const t = useImportTexts()
  const left = useEstimate(item)
  const cancel = useAction(item, 'cancel')
  const [asking, setAsking] = useState(false)
  const share = (100 * item.done) / Math.max(1, item.total)
  const title = t(item.state === 'undoing' ? 'undoing' : 'running')
  return (
    <Part
      title={title}
      lead={t('background')}
      action={
        item.state === 'running' && (
          <Button isPending={cancel.isPending} onPress={() => setAsking(true)}>
            {t('cancel')}
          </Button>
        )
      }
    >
      <div className="import-bar">
        <div
          className="bar"
          role="progressbar"
          aria-label={title}
          aria-valuemin={0}
          aria-valuemax={item.total}
          aria-valuenow={item.done}
        >
          <i style={{ width: `${share}%` }} />
        </div>
        <div className="row">
          <b className="num">
            {t('progress', { done: number(item.done), total: number(item.total) })}
          </b>
          <span className="sp" />
          {left && <span className="t3">{t('timeLeft', { time: left })}</span>}
        </div>
      </div>
      {item.state === 'running' && <Counts items={doneCounts(item, t)} />}
      <ConfirmDialog
        isOpen={asking}
        title={t('cancelTitle')}
        action={t('cancel')}
        onClose={() => setAsking(false)}
        onConfirm={() => cancel.mutate()}
      >
        <p>{t('cancelBody')}</p>
      </ConfirmDialog>
    </Part>
  )
}

const ends = {
  done: ['doneTitle', CircleCheck, 'var(--ok)'],
  cancelled: ['cancelledTitle', CircleSlash, 'var(--warn)'],
  failed: ['failedTitle', CircleX, 'var(--danger)'],
  undone: ['undoneTitle', Undo2, 'var(--text-3)'],
} as const

export function Result({ item }: { item: Import }) {
  const t = useImportTexts()
  const undo = useAction(item, 'undo')
  const [asking, setAsking] = useState(false)
  const [title, icon, colour] = ends[item.state as keyof typeof ends] ?? ends.done
  const hasErrors = item.failed > 0 || item.counts.error > 0
  const download = async () => {
    try {
      const response = await request(`/imports/${item.id}/errors.csv`)
      const file = item.file_name.replace(/\.\w+$/, '')
      saveFile(t('errorsFile', { file }), await response.blob())
    } catch (error) {
      toast(problemText(error))
    }
  }
  return (
    <>
      <section className="import-end">
        <span style={{ color: colour }}>
          <Icon of={icon} size="xl" />
        </span>
        <h2>{t(title)}</h2>
        {item.state === 'undone' && <p className="t2">{t('undoneBody')}</p>}
        <Counts items={item.state === 'undone' ? undoneCounts(item, t) : doneCounts(item, t)} />
        <div className="import-actions">
          <Link className="btn p" to="/customers" search={{}}>
            {t('openList')}
          </Link>
          {hasErrors && (
            <Button icon={Download} onPress={() => void download()}>
              {t('errorFile')}
            </Button>
          )}
          {item.state !== 'undone' && item.created + item.matched > 0 && (
            <Button icon={Undo2} isPending={undo.isPending} onPress={() => setAsking(true)}>
              {t('undo')}
            </Button>
          )}
          <Link className="btn q" to="/customers/imports">
            {t('another')}
          </Link>
        </div>
      </section>
      {item.errors.length > 0 && (
        <Part title={t('errors')}>
          <RowErrors item={item} />
        </Part>
      )}
      <ConfirmDialog
        isOpen={asking}
        title={t('undoTitle')}
        action={t('undo')}
        onClose={() => setAsking(false)}
        onConfirm={() => undo.mutate()}
      >
        <p>{t('undoBody')}</p>
      </ConfirmDialog>
    </>
  )
}
