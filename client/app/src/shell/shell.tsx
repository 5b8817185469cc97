// The frame of every signed-in screen: rail (tabs on a phone) and the screen beside it.
import { Link, Outlet } from '@tanstack/react-router'
import { Search } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { showPalette } from '@/commands'
import { CommandHost } from '@/commands/host'
import { Bell } from '@/features/notifications/bell'
import { useCommonTexts } from '@/i18n/common'
import { useLooking } from '@/session/see-as'
import { useSignedIn } from '@/session/session'
import { Avatar } from '@/ui/avatar'
import { Icon, Logo } from '@/ui/icon'
import { useIsDown } from './connection'
import { LiveSession } from './live-session'
import { type Place, placesFor } from './nav'

// Menus are a third of the kit and not needed for the first paint.
const UserMenu = lazy(() => import('./user-menu'))
const AgendaHost = lazy(() => import('@/features/agenda/host'))
const Borrowed = lazy(() => import('./borrowed'))
const chat = () => import('@/features/rooms/host')
const badges = {
  work: lazy(() => import('@/features/reminders/badge')),
  chat: lazy(() => chat().then((m) => ({ default: m.ChatBadge }))),
}
const ChatHost = lazy(() => chat().then((m) => ({ default: m.ChatHost })))
const BulkStrip = lazy(() => import('@/features/bulk/strip'))

function PlaceLink({ place, size }: { place: Place; size: 'm' | 'l' }) {
  const t = useCommonTexts()
  const Badge = place.badge && badges[place.badge]
  return (
    <Link to={place.to}>
      <Icon of={place.icon} size={size} />
      {t(place.text)}
      {Badge && (
        <Suspense>
          <Badge />
        </Suspense>
      )}
    </Link>
  )
}

export function Shell() {
  const t = useCommonTexts()
  const { user, permissions } = useSignedIn()
  const isDown = useIsDown()
  const looking = useLooking()
  const seen = placesFor(permissions, looking !== undefined)
  const avatar = (
    <Suspense
      fallback={
        <span className="who">
          <Avatar person={user} size="m" />
        </span>
      }
    >
      <UserMenu />
    </Suspense>
  )
  return (
    <div className="app" data-state={isDown ? 'offline' : undefined}>
      <LiveSession />
      <CommandHost />
      {permissions.has('agenda.view') && (
        <Suspense>
          <AgendaHost />
        </Suspense>
      )}
      {permissions.has('chat.use') && !looking && (
        <Suspense>
          <ChatHost />
        </Suspense>
      )}
      <a className="btn skip-link" href="#content">
        {t('skipToContent')}
      </a>
      <nav className="rail" aria-label={t('mainMenu')}>
        <Link className="logo" to="/" aria-label={t('appName')}>
          <Logo />
        </Link>
        <button
          type="button"
          className="find"
          onClick={() => showPalette()}
          aria-keyshortcuts="Control+K"
        >
          <Icon of={Search} size="m" />
          {t('search')}
        </button>
        {seen
          .filter((place) => !place.end)
          .map((place) => (
            <PlaceLink key={place.to} place={place} size="m" />
          ))}
        <span className="sp" />
        <Bell lead />
        {seen
          .filter((place) => place.end)
          .map((place) => (
            <PlaceLink key={place.to} place={place} size="m" />
          ))}
        {avatar}
      </nav>
      <div className="main" id="content" tabIndex={-1} style={{ outline: 0 }}>
        {looking ? (
          <Suspense>
            <Borrowed key={looking.user.id} looking={looking} />
          </Suspense>
        ) : (
          <Outlet />
        )}
      </div>
      <Suspense>
        <BulkStrip />
      </Suspense>
      <nav className="tabs" aria-label={t('mainMenu')}>
        {seen.map((place) => (
          <PlaceLink key={place.to} place={place} size="l" />
        ))}
      </nav>
    </div>
  )
}
