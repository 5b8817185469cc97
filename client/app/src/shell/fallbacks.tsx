// What stands in for a screen that failed, does not exist, or is not there yet.
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'
import { useCommonTexts } from '@/i18n/common'
import { openNewBuild } from '@/sw/update'
import { Logo } from '@/ui/icon'
import { useShellTexts } from './texts'

const centred = { display: 'grid', height: '100%', placeItems: 'center' } as const

/** A part of an older build that the server no longer has. */
const isMissingPart = (error: unknown) =>
  error instanceof Error && /module|preload/i.test(error.message)

export function ScreenError({ error }: ErrorComponentProps) {
  const t = useCommonTexts()
  const router = useRouter()
  console.error(error)
  return (
    <div style={centred}>
      <div className="empty" role="alert">
        <h1>{t('errorTitle')}</h1>
        <p className="t2">{t('errorBody')}</p>
        {isMissingPart(error) ? (
          <button type="button" className="btn" onClick={() => void openNewBuild()}>
            {t('reload')}
          </button>
        ) : (
          <button type="button" className="btn" onClick={() => void router.invalidate()}>
            {t('retry')}
          </button>
        )}
      </div>
    </div>
  )
}

export function NotFound() {
  const t = useCommonTexts()
  return (
    <div style={centred}>
      <div className="empty">
        <h1>{t('notFoundTitle')}</h1>
        <p className="t2">{t('notFoundBody')}</p>
        <a className="btn" href="/">
          {t('goHome')}
        </a>
      </div>
    </div>
  )
}

export function Splash({ away }: { away?: boolean }) {
  const t = useShellTexts()
  return (
    <div style={centred} role="status">
      <div className="empty" style={{ color: 'var(--accent)' }}>
        <Logo size={44} />
        <p className="t2" style={{ color: 'var(--text-2)' }}>
          {t(away ? 'serverAway' : 'starting')}
        </p>
      </div>
    </div>
  )
}
