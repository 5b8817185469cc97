// All addresses of the app. Screens are loaded when they are first opened; a feature adds its own
// block here and nothing else.
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { agendaSearch } from '@/features/agenda/search'
import { safeNext, signInSearch } from '@/features/auth/next'
import { boardSearch } from '@/features/boards/search'
import type { LedgerSearch } from '@/features/channels/search'
import { customersSearch } from '@/features/customers/search'
import { peopleSearch } from '@/features/people/search'
import type { ChatSearch } from '@/features/rooms/search'
import { looking } from '@/session/see-as'
import { session } from '@/session/session'
import { NotFound, ScreenError } from '@/shell/fallbacks'
import { firstPlace } from '@/shell/nav'
import { Shell } from '@/shell/shell'
import { Announcer } from '@/ui/announce'
import { Toasts } from '@/ui/toasts'

const root = createRootRoute({
  component: () => (
    <>
      <Outlet />
      <Toasts />
      <Announcer />
    </>
  ),
  notFoundComponent: NotFound,
})

/** Everything under this route needs a signed-in user. */
const signedIn = createRoute({
  id: 'signed-in',
  getParentRoute: () => root,
  beforeLoad: ({ location }) => {
    if (session.state.status !== 'in') {
      const next = location.href === '/' ? '' : `?next=${encodeURIComponent(location.href)}`
      throw redirect({ href: `/sign-in${next}` })
    }
  },
  component: Shell,
})

const home = createRoute({
  path: '/',
  getParentRoute: () => signedIn,
  beforeLoad: () => {
    const { state } = session
    const seen = looking.get()
    const permissions = (seen ?? (state.status === 'in' ? state : undefined))?.permissions
    throw redirect({ href: firstPlace(permissions ?? new Set(), seen !== undefined) })
  },
})

// boards
const boards = createRoute({
  path: '/boards',
  getParentRoute: () => signedIn,
  component: lazyRouteComponent(() => import('@/features/boards/home'), 'BoardHome'),
})
const board = createRoute({
  path: '/boards/$boardId',
  getParentRoute: () => signedIn,
  validateSearch: boardSearch,
  component: lazyRouteComponent(() => import('@/features/boards/screen'), 'BoardScreen'),
})

// my work
const today = createRoute({
  path: '/today',
  getParentRoute: () => signedIn,
  component: lazyRouteComponent(() => import('@/features/reminders/today'), 'TodayScreen'),
})
const team = createRoute({
  path: '/today/team',
  getParentRoute: () => signedIn,
  component: lazyRouteComponent(() => import('@/features/reminders/team'), 'TeamScreen'),
})

// agenda
const agenda = createRoute({
  path: '/agenda',
  getParentRoute: () => signedIn,
  validateSearch: agendaSearch,
  component: lazyRouteComponent(() => import('@/features/agenda/screen'), 'AgendaScreen'),
})

// chat: the list stays while one goes from room to room
const chat = createRoute({
  path: '/chat',
  getParentRoute: () => signedIn,
  // Checked where it is read: this part is loaded by everybody.
  validateSearch: (search): ChatSearch => search,
  component: lazyRouteComponent(() => import('@/features/rooms/screen'), 'RoomsScreen'),
})
const chatRoom = createRoute({ path: '$room', getParentRoute: () => chat, component: () => null })

// auth
/** Only for those who are not signed in; the others go where they were going. */
const guest = createRoute({
  id: 'guest',
  getParentRoute: () => root,
  validateSearch: signInSearch,
  beforeLoad: ({ search }) => {
    if (session.state.status === 'in') throw redirect({ href: safeNext(search.next) })
  },
})
const signInRoute = createRoute({
  path: '/sign-in',
  getParentRoute: () => guest,
  component: lazyRouteComponent(() => import('@/features/auth/sign-in'), 'SignInScreen'),
})
const signUpRoute = createRoute({
  path: '/sign-up',
  getParentRoute: () => guest,
  component: lazyRouteComponent(() => import('@/features/auth/sign-up'), 'SignUpScreen'),
})
const forgotPassword = createRoute({
  path: '/forgot-password',
  getParentRoute: () => guest,
  component: lazyRouteComponent(() => import('@/features/auth/reset'), 'ForgotScreen'),
})
const resetPassword = createRoute({
  path: '/reset-password',
  getParentRoute: () => root,
  component: lazyRouteComponent(() => import('@/features/auth/reset'), 'ResetScreen'),
})
const invitation = createRoute({
  path: '/invitation',
  getParentRoute: () => root,
  component: lazyRouteComponent(() => import('@/features/auth/invitation'), 'InvitationScreen'),
})

// customers
const customers = createRoute({
  path: '/customers',
  getParentRoute: () => signedIn,
  validateSearch: customersSearch,
  component: lazyRouteComponent(() => import('@/features/customers/screen'), 'CustomersScreen'),
})
const duplicates = createRoute({
  path: '/customers/duplicates',
  getParentRoute: () => signedIn,
  component: lazyRouteComponent(
    () => import('@/features/customers/duplicates'),
    'DuplicatesScreen',
  ),
})
const customer = createRoute({
  path: '/customers/$customerId',
  getParentRoute: () => signedIn,
  validateSearch: (search): { merge?: string } =>
    typeof search.merge === 'string' ? { merge: search.merge } : {},
  component: lazyRouteComponent(() => import('@/features/customer/screen'), 'CustomerScreen'),
})

// imports
const imports = createRoute({
  path: '/customers/imports',
  getParentRoute: () => signedIn,
  component: lazyRouteComponent(() => import('@/features/imports/list'), 'ImportsScreen'),
})
const importRoute = createRoute({
  path: '/customers/imports/$importId',
  getParentRoute: () => signedIn,
  component: lazyRouteComponent(() => import('@/features/imports/screen'), 'ImportScreen'),
})

// bulk actions
const bulks = createRoute({
  path: '/customers/bulk',
  getParentRoute: () => signedIn,
  component: lazyRouteComponent(() => import('@/features/bulk/list'), 'BulksScreen'),
})
const bulk = createRoute({
  path: '/customers/bulk/$bulkId',
  getParentRoute: () => signedIn,
  component: lazyRouteComponent(() => import('@/features/bulk/screen'), 'BulkScreen'),
})

// people and settings
const peopleHome = createRoute({
  path: '/people',
  getParentRoute: () => signedIn,
  beforeLoad: () => {
    throw redirect({ to: '/people/$section', params: { section: 'users' } })
  },
})
const people = createRoute({
  path: '/people/$section',
  getParentRoute: () => signedIn,
  validateSearch: peopleSearch,
  component: lazyRouteComponent(() => import('@/features/people/screen'), 'PeopleScreen'),
})
const peopleOne = createRoute({
  path: '/people/$section/$item',
  getParentRoute: () => signedIn,
  validateSearch: peopleSearch,
  component: lazyRouteComponent(() => import('@/features/people/screen'), 'PeopleScreen'),
})
const settingsHome = createRoute({
  path: '/settings',
  getParentRoute: () => signedIn,
  beforeLoad: () => {
    throw redirect({ to: '/settings/$section', params: { section: 'me' } })
  },
})
const settings = createRoute({
  path: '/settings/$section',
  getParentRoute: () => signedIn,
  component: lazyRouteComponent(() => import('@/features/settings/screen'), 'SettingsScreen'),
})

/** One record of a section: a rule, a webhook, a connection. */
const settingsRecord = createRoute({
  path: '/settings/$section/$id',
  getParentRoute: () => signedIn,
  // Checked where it is read: this part is loaded by everybody.
  validateSearch: (search): { view?: 'runs'; from?: string } & LedgerSearch => search,
  component: lazyRouteComponent(() => import('@/features/settings/screen'), 'SettingsScreen'),
})

export const router = createRouter({
  routeTree: root.addChildren([
    guest.addChildren([signInRoute, signUpRoute, forgotPassword]),
    resetPassword,
    invitation,
    signedIn.addChildren([
      home,
      boards,
      board,
      today,
      team,
      agenda,
      chat.addChildren([chatRoom]),
      customers,
      duplicates,
      customer,
      imports,
      importRoute,
      bulks,
      bulk,
      peopleHome,
      people,
      peopleOne,
      settingsHome,
      settings,
      settingsRecord,
    ]),
  ]),
  defaultErrorComponent: ScreenError,
  defaultPreload: 'intent',
  scrollRestoration: false,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
