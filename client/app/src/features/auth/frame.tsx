// The page around every form before sign-in: who we are at the left, one form at the right.
import './auth.css'
import { Languages, Moon, Sun } from 'lucide-react'
import { type ReactNode, useEffect } from 'react'
import { type Locale, locales, setLocale, useLocale } from '@/i18n'
import { setTheme, useTheme } from '@/shell/theme'
import { IconButton } from '@/ui/button'
import { Icon, Logo } from '@/ui/icon'
import { BoardPicture } from './picture'
import { useAuthTexts } from './texts'

const names: Record<Locale, string> = { tr: 'Türkçe', en: 'English' }

function Preferences() {
  const t = useAuthTexts()
  const locale = useLocale()
  const theme = useTheme()
  const dark =
    theme === 'dark' ||
    (theme === 'system' && window.matchMedia('(prefers-color-scheme: dark)').matches)
  return (
    <div className="auth-prefs">
      <span className="row" role="group" aria-label={t('language')}>
        <Icon of={Languages} />
        {locales.map((each) => (
          <button
            key={each}
            type="button"
            lang={each}
            aria-pressed={each === locale}
            onClick={() => setLocale(each)}
          >
            {names[each]}
          </button>
        ))}
      </span>
      <IconButton
        icon={dark ? Sun : Moon}
        label={dark ? t('toLight') : t('toDark')}
        onPress={() => setTheme(dark ? 'light' : 'dark')}
      />
    </div>
  )
}

/** The last minute of a small team, drawn once: what the line under the top bar will show. */
const TICKS = [4, 9, 3, 0, 6, 0, 12, 5, 0, 3, 8, 0, 0, 15, 6, 3, 10, 0, 4, 7, 0, 18, 9, 5]

function Intro() {
  const t = useAuthTexts()
  return (
    <section className="auth-intro" aria-label="Nabız">
      <div className="auth-brand">
        <Logo size={38} />
        <span>Nabız</span>
      </div>
      <div className="auth-words">
        <h2>{t('tagline')}</h2>
        <p>{t('taglineBody')}</p>
      </div>
      <div className="auth-line" aria-hidden="true">
        {TICKS.map((height, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a fixed picture
          <i key={index} style={{ left: `${index * 4 + 2}%`, height: height * 2 }} />
        ))}
        <span className="now" />
      </div>
      <BoardPicture />
    </section>
  )
}

export function AuthFrame({
  title,
  lead,
  notice,
  children,
  below,
}: {
  title: string
  lead?: string
  notice?: ReactNode
  children: ReactNode
  below?: ReactNode
}) {
  useEffect(() => {
    document.title = `${title} · Nabız`
  }, [title])
  return (
    <div className="auth">
      <Intro />
      <main className="auth-side">
        <Preferences />
        <div className="auth-form">
          <div className="auth-brand small">
            <Logo size={30} />
            <span>Nabız</span>
          </div>
          <header>
            <h1>{title}</h1>
            {lead && <p className="t2">{lead}</p>}
          </header>
          {notice && (
            <div className="auth-notice" role="status">
              {notice}
            </div>
          )}
          {children}
          {below && <footer>{below}</footer>}
        </div>
      </main>
    </div>
  )
}
