// My bulk actions at work, on whatever screen I am; a finished one stays for half a minute with its
// undo. The work itself is the server's and does not need this page.
import './bulk.css'
import { useQuery } from '@tanstack/react-query'
import { Link, useLocation } from '@tanstack/react-router'
import { X } from 'lucide-react'
import { useCallback, useEffect, useState } from 'react'
import { number } from '@/i18n/format'
import { api } from '@/session/api'
import { usePermission, useSignedIn } from '@/session/session'
import { announce } from '@/ui/announce'
import { Button, IconButton } from '@/ui/button'
import type { Page } from '@/wire/records'
import { cancelBulk, undoBulk } from './commands'
import { type Bulk, type BulkProgress, canUndo, isFresh, isMoving, LINGER_MS, share } from './model'
import { useNames } from './names'
import { useBulk, useBulkEvents } from './queries'
import { useBulkTexts } from './texts'
import { actionText, endText } from './words'

const SHOWN_MAX = 3

export default function BulkStrip() {
  const canEdit = usePermission('customers.edit')
  return canEdit ? <Strip /> : null
}

function Strip() {
  const t = useBulkTexts()
  const { user } = useSignedIn()
  const [ids, setIds] = useState<readonly string[]>([])
  const add = useCallback(
    (id: string) => setIds((now) => (now.includes(id) ? now : [id, ...now].slice(0, SHOWN_MAX))),
    [],
  )
  const remove = useCallback((id: string) => setIds((now) => now.filter((each) => each !== id)), [])
  useBulkEvents(
    useCallback(
      (_id: string, event: Bulk | BulkProgress) => {
        if ('by' in event && event.by === user.id) add(event.id)
      },
      [user.id, add],
    ),
  )
  // What was under way before this page was opened, or over just now: a reload loses no undo.
  const begun = useQuery({
    queryKey: ['bulks-begun', user.id],
    queryFn: () => api.get<Page<Bulk>>('/bulks', { limit: 20 }),
    staleTime: Number.POSITIVE_INFINITY,
  }).data
  useEffect(() => {
    for (const bulk of begun?.items ?? []) if (bulk.by === user.id && isFresh(bulk)) add(bulk.id)
  }, [begun, user.id, add])

  if (ids.length === 0) return null
  return (
    <section className="bulk-strip" aria-label={t('strip')}>
      {ids.map((id) => (
        <One key={id} id={id} onClose={() => remove(id)} />
      ))}
    </section>
  )
}

function One({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useBulkTexts()
  const bulk = useBulk(id).data
  const names = useNames(bulk ? [bulk.action] : [])
  const [held, setHeld] = useState(false)
  const moving = bulk === undefined || isMoving(bulk.state)
  useEffect(() => {
    if (moving || held) return
    const timer = setTimeout(onClose, LINGER_MS)
    return () => clearTimeout(timer)
  }, [moving, held, onClose])
  const end = bulk && !moving ? endText(bulk) : ''
  useEffect(() => {
    if (end) announce(end)
  }, [end])
  // Its own page says all of it.
  const isOpen = useLocation({ select: ({ pathname }) => pathname.endsWith(id) })
  if (!bulk || isOpen) return null
  const what = actionText(bulk.action, names)
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: hover only stops the clock
    <div
      className="bulk-one"
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <div className="row">
        <b className="el sp">{moving ? what : end}</b>
        {moving && (
          <span className="t3 num">
            {t('progress', { done: number(bulk.done), total: number(bulk.total) })}
          </span>
        )}
        {!moving && <IconButton icon={X} label={t('close')} small onPress={onClose} />}
      </div>
      {moving && <Bar bulk={bulk} label={what} />}
      <div className="row">
        <Link className="btn sm q" to="/customers/bulk/$bulkId" params={{ bulkId: id }}>
          {t('details')}
        </Link>
        <span className="sp" />
        {bulk.state === 'running' && (
          <Button small onPress={() => void cancelBulk(bulk)}>
            {t('cancel')}
          </Button>
        )}
        {canUndo(bulk) && (
          <Button small onPress={() => void undoBulk(bulk)}>
            {t('undo')}
          </Button>
        )}
      </div>
    </div>
  )
}

export function Bar({ bulk, label }: { bulk: Bulk; label: string }) {
  return (
    <div
      className="bulk-bar"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={bulk.total}
      aria-valuenow={Math.round(share(bulk) * bulk.total)}
    >
      <i style={{ width: `${100 * share(bulk)}%` }} />
    </div>
  )
}
