// Borrowed eyes: who is being looked as. Kept in memory only, so that a reload always ends it.
import type { QueryClient } from '@tanstack/react-query'
import { observable, useObservable } from '@/live/observable'
import type { Permission, User, Visibility } from '@/wire/records'

export interface Looking {
  user: User
  /** Of what the colleague may, only the seeing. */
  permissions: ReadonlySet<Permission>
  visibility: Visibility
  /** Reads of this look; they never meet the reader's own. */
  queries: QueryClient
  stop: () => void
}

export const looking = observable<Looking | undefined>(undefined)
export const useLooking = (): Looking | undefined => useObservable(looking)

export const stopLooking = (): void => looking.get()?.stop()
