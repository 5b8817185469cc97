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
import { boardSearch } from '@/features/boards/search'
import { session } from '@/session/session'
import { NotFound, ScreenError } from '@/shell/fallbacks'
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
    throw redirect({ to: '/boards' })
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

export const router = createRouter({
  routeTree: root.addChildren([signedIn.addChildren([home, boards, board])]),
  defaultErrorComponent: ScreenError,
  defaultPreload: 'intent',
  scrollRestoration: false,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
