// Beginning to look with a colleague's eyes, and all that has to change for it.
import { QueryClient } from '@tanstack/react-query'
import { BorrowedEngine } from '@/live/borrowed'
import { engine, ownEngine } from '@/live/live'
import { request } from '@/session/api'
import { problemText } from '@/session/errors'
import { type Looking, looking } from '@/session/see-as'
import { toast } from '@/ui/toasts'
import type { Sight } from '@/wire/leaving'
import type { Permission, User } from '@/wire/records'
import { peopleTexts as t } from './texts'

/** What can be seen without doing anything. */
const SEEING: readonly Permission[] = ['boards.view', 'customers.view', 'users.view']

const ask = async (user: User) =>
  (await (await request(`/users/${user.id}/sight`, { asOneself: true })).json()) as Sight

const rights = (sight: Sight): Pick<Looking, 'permissions' | 'visibility'> => ({
  permissions: new Set(SEEING.filter((each) => sight.permissions.includes(each))),
  visibility: sight.scopes.customers,
})

/** Where to go on; undefined where there is nothing to be seen. */
export async function startLooking(user: User): Promise<'/boards' | '/customers' | undefined> {
  const own = ownEngine.get()
  if (!own) return undefined
  let sight: Sight
  try {
    sight = await ask(user)
  } catch (error) {
    toast(problemText(error))
    return undefined
  }
  const first = (['boards', 'customers'] as const).find((each) =>
    sight.permissions.includes(`${each}.view`),
  )
  if (!first) {
    toast(t('seesNothing', { name: user.name }))
    return undefined
  }
  looking.get()?.stop()

  const queries = new QueryClient({ defaultOptions: { queries: { staleTime: 30_000, retry: 1 } } })
  const stop = () => {
    if (looking.get()?.stop !== stop) return
    eyes.stop()
    // One's own eyes first: nobody may draw the one's rights over the other's rows.
    engine.set(ownEngine.get())
    looking.set(undefined)
    queries.clear()
  }
  const eyes = new BorrowedEngine({
    own,
    user,
    sight: () => sight,
    onChange: () => void queries.invalidateQueries(),
    onSight: () => {
      // Asked as oneself: with borrowed eyes nobody asks what somebody would see.
      ask(user)
        .then((next) => {
          sight = next
          const now = looking.get()
          if (now?.stop !== stop) return
          if (!SEEING.slice(0, 2).some((each) => next.permissions.includes(each))) return stop()
          looking.set({ ...now, ...rights(next) })
          void eyes.reload()
          void queries.invalidateQueries()
        })
        .catch(() => stop())
    },
    onGone: () => {
      stop()
      toast(t('lookOver', { name: user.name }))
    },
  })
  engine.set(eyes)
  looking.set({ user, ...rights(sight), queries, stop })
  return `/${first}`
}
