// One screen: title row, pulse line, connection banner, content.
import { Search } from 'lucide-react'
import { type ReactNode, useEffect } from 'react'
import { showPalette } from '@/commands'
import { Bell } from '@/features/notifications/bell'
import { useCommonTexts } from '@/i18n/common'
import { Icon } from '@/ui/icon'
import { ConnectionBanner } from './connection'
import { PulseLine } from './pulse-line'

export interface ScreenProps {
  /** The h1; also the window's title. */
  title: string
  /** Drawn instead of the plain title, e.g. a switcher around it. */
  heading?: ReactNode
  /** Beside the title: saved views, tabs. */
  views?: ReactNode
  /** At the right: search, people, the one primary button. */
  actions?: ReactNode
  children: ReactNode
}

export function Screen({ title, heading, views, actions, children }: ScreenProps) {
  const t = useCommonTexts()
  useEffect(() => {
    document.title = `${title} · Nabız`
  }, [title])
  return (
    <>
      <header>
        <div className="topbar">
          {heading ?? <h1 className="el">{title}</h1>}
          {views}
          <span className="sp" />
          {actions}
          <button
            type="button"
            className="btn q i find-phone"
            aria-label={t('search')}
            onClick={() => showPalette()}
          >
            <Icon of={Search} />
          </button>
          <Bell />
        </div>
        <PulseLine />
      </header>
      <ConnectionBanner />
      <main className="screen">{children}</main>
    </>
  )
}
