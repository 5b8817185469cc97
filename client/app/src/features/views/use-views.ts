// The views of a screen, and the one that the address names.
import { useEffect, useMemo, useRef } from 'react'
import { useRows, useTopic, useTopicStatus } from '@/live/hooks'
import { api } from '@/session/api'
import { session, useSignedIn } from '@/session/session'
import { toast } from '@/ui/toasts'
import {
  isEmptyQuery,
  queryText,
  type View,
  type ViewQuery,
  type ViewScreen,
  viewsOf,
} from './model'
import { viewsTexts as t } from './texts'

export interface Views {
  own: readonly View[]
  shared: readonly View[]
  /** Both topics have said all they hold. */
  isKnown: boolean
}

export function useViews(screen: ViewScreen, only?: (view: View) => boolean): Views {
  const me = useTopic('me')
  const tenant = useTopic('tenant')
  const own = useRows<View>(me, 'views')
  const shared = useRows<View>(tenant, 'views')
  const statuses = [useTopicStatus(me), useTopicStatus(tenant)]
  const isKnown = statuses.every((status) => status === 'ready')
  const pick = useRef(only)
  pick.current = only
  return useMemo(() => {
    const of = (rows: readonly View[]) =>
      viewsOf(rows, screen).filter((view) => pick.current?.(view) ?? true)
    return { own: of(own), shared: of(shared), isKnown }
  }, [own, shared, screen, isKnown])
}

// Which view a screen opens with is a matter of this person at this device.
const defaultKey = (screen: string): string | undefined => {
  const { state } = session
  return state.status === 'in' ? `nabiz.view.${state.user.id}.${screen}` : undefined
}
export function defaultView(screen: string): string | undefined {
  const key = defaultKey(screen)
  try {
    return (key && localStorage.getItem(key)) || undefined
  } catch {
    return undefined
  }
}
export function setDefaultView(screen: string, id: string | undefined): void {
  const key = defaultKey(screen)
  if (!key) return
  try {
    if (id) localStorage.setItem(key, id)
    else localStorage.removeItem(key)
  } catch {
    // Storage is off: the screen opens as it always did.
  }
}

export interface Addressed {
  /** Where the default is kept: a board has its own. */
  place: string
  views: Views
  /** Of the address. */
  viewId: string | undefined
  query: ViewQuery
  /** A stored query as this screen understands it. */
  read: (query: ViewQuery) => ViewQuery
  /** Puts both into the address. */
  show: (query: ViewQuery, viewId: string | undefined) => void
}

/**
 * Keeps the address and the view that it names in step: a bare link gets the view's query, and a
 * view that a colleague changes is followed as long as nothing of it was changed here.
 */
export function useAddressedView({
  place,
  views,
  viewId,
  query,
  read,
  show,
}: Addressed): View | undefined {
  const { user } = useSignedIn()
  const view = useMemo(
    () => [...views.own, ...views.shared].find(({ id }) => id === viewId),
    [views, viewId],
  )
  const stored = view && queryText(read(view.query))
  const shown = queryText(query)
  const followed = useRef<{ id: string; text: string }>(undefined)
  const arrived = useRef(false)
  const act = useRef({ show, read, query })
  act.current = { show, read, query }

  useEffect(() => {
    if (!views.isKnown) return
    const isFirst = !arrived.current
    arrived.current = true
    const { query, read, show } = act.current
    if (!viewId) {
      followed.current = undefined
      const wanted = isFirst && isEmptyQuery(query) ? defaultView(place) : undefined
      const own = [...views.own, ...views.shared].find(({ id }) => id === wanted)
      if (own) show(read(own.query), own.id)
      return
    }
    if (!view || stored === undefined) {
      if (followed.current?.id === viewId) {
        // Somebody deleted it: what it showed stays on the screen.
        followed.current = undefined
        show(query, undefined)
      } else if (isFirst) {
        // Rows of the last visit do not know a link of this minute; the server does.
        api.get<View>(`/views/${viewId}`).then(
          (found) =>
            isEmptyQuery(act.current.query) && act.current.show(read(found.query), found.id),
          () => {
            toast(t('gone'), { key: 'view' })
            act.current.show(act.current.query, undefined)
          },
        )
      }
      return
    }
    const before = followed.current
    followed.current = { id: view.id, text: stored }
    if (isEmptyQuery(query) && stored !== shown) show(read(view.query), view.id)
    else if (before?.id === view.id && before.text !== stored && before.text === shown) {
      show(read(view.query), view.id)
      if (view.owner !== user.id || view.shared) {
        toast(t('changedByOthers', { name: view.name }), { key: 'view' })
      }
    }
  }, [views, viewId, view, stored, shown, place, user.id])

  return view
}
