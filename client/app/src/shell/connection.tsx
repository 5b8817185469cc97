// The connection banner: silent while live, honest when not. It never asks to refresh.
import { Check, CloudOff, RefreshCw, TriangleAlert } from 'lucide-react'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { useObservable } from '@/live/observable'
import { liveStatus } from '@/live/status'
import { newBuild, openNewBuild } from '@/sw/update'
import { Banner } from '@/ui/states'
import { useShellTexts } from './texts'

const NOTICE_AFTER_MS = 3000
const OFFLINE_AFTER_MS = 10_000
const UP_TO_DATE_MS = 2000

/** Re-renders when the next threshold passes. */
function useElapsed(since: number, thresholds: readonly number[]): number {
  const [, redraw] = useState(0)
  const elapsed = Date.now() - since
  const next = thresholds.find((t) => t > elapsed)
  useEffect(() => {
    if (next === undefined) return
    const timer = setTimeout(() => redraw((n) => n + 1), next - (Date.now() - since) + 20)
    return () => clearTimeout(timer)
  }, [next, since])
  return elapsed
}

const PendingSheet = lazy(() => import('./pending-sheet'))

function ShowPending() {
  const t = useShellTexts()
  const [open, setOpen] = useState(false)
  return (
    <>
      <button
        type="button"
        className="btn sm"
        aria-label={t('showPending')}
        onClick={() => setOpen(true)}
      >
        {t('show')}
      </button>
      {open && (
        <Suspense>
          <PendingSheet onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  )
}

function NewBuild({ text, tone }: { text: string; tone?: 'danger' }) {
  const t = useShellTexts()
  const [asked, setAsked] = useState(false)
  return (
    <Banner
      icon={tone ? TriangleAlert : RefreshCw}
      {...(tone ? { tone } : {})}
      action={
        <button
          type="button"
          className="btn sm"
          disabled={asked}
          onClick={() => {
            setAsked(true)
            void openNewBuild()
          }}
        >
          {t('useNewVersion')}
        </button>
      }
    >
      {text}
    </Banner>
  )
}

/** It lies over the pulse line, in room that no control has: nothing moves when it comes or goes. */
export function ConnectionBanner() {
  return (
    <div className="conn">
      <Said />
    </div>
  )
}

function Said() {
  const t = useShellTexts()
  const isNew = useObservable(newBuild)
  const status = useObservable(liveStatus)
  const elapsed = useElapsed(status.since, [UP_TO_DATE_MS, NOTICE_AFTER_MS, OFFLINE_AFTER_MS])
  const wasShown = useRef(false)

  if (status.refused) return <NewBuild tone="danger" text={t('newVersionNeeded')} />
  // However long somebody took to sign in, no connection was missed.
  if (status.phase === 'idle') return null
  if (status.phase !== 'live') {
    // A browser without a network knows it at once.
    const known = !navigator.onLine
    if (elapsed < NOTICE_AFTER_MS && !known) return null
    wasShown.current = true
    if (elapsed < OFFLINE_AFTER_MS && status.pending === 0 && !known)
      return <Banner icon={RefreshCw}>{t('reconnecting')}</Banner>
    return (
      <Banner icon={CloudOff} action={status.pending > 0 && <ShowPending />}>
        <span>
          {status.pending ? t('offlinePending', { count: status.pending }) : t('offline')}
        </span>
        <span className="sm font-normal max-sm:hidden">
          {t(status.pending ? 'offlineHint' : 'offlineReadHint')}
        </span>
      </Banner>
    )
  }
  if (status.draining) {
    return (
      <Banner icon={RefreshCw}>
        {t('sending', { done: status.draining.done, total: status.draining.total })}
      </Banner>
    )
  }
  if (status.diskFailed) return <Banner icon={TriangleAlert}>{t('diskFailed')}</Banner>
  if (status.parked > 0) {
    return (
      <Banner icon={TriangleAlert} action={<ShowPending />}>
        {t('parkedCount', { count: status.parked })}
      </Banner>
    )
  }
  if (wasShown.current && elapsed < UP_TO_DATE_MS) {
    return (
      <Banner tone="ok" icon={Check}>
        {t('upToDate')}
      </Banner>
    )
  }
  wasShown.current = false
  if (isNew) return <NewBuild text={t('newVersionReady')} />
  return null
}

/** For `data-state`: greys out presence and freshness while nothing live can arrive. */
export function useIsDown(): boolean {
  const status = useObservable(liveStatus)
  const elapsed = useElapsed(status.since, [NOTICE_AFTER_MS])
  return status.phase !== 'idle' && status.phase !== 'live' && elapsed >= NOTICE_AFTER_MS
}
