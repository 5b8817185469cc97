// Who is signed in. The access token lives in memory only; the refresh cookie is the browser's.
import { useSyncExternalStore } from 'react'
import { setTimeZone } from '@/i18n/format'
import type { Me, Permission, SignedIn, Tenant, User, Visibility } from '@/wire/records'
import { useLooking } from './see-as'

/** The session ran out or was ended, or somebody closed the access of this person. */
export type SignedOutBecause = 'ended' | 'closed'

export interface SignedInState {
  status: 'in'
  user: User
  tenant: Tenant
  permissions: ReadonlySet<Permission>
  visibility: Visibility
}
export type SessionState =
  | { status: 'starting' }
  | { status: 'out'; reason?: SignedOutBecause }
  | SignedInState

/** Whether it is worth asking for the refresh cookie, which scripts cannot see. */
const HINT = 'nabiz.signed-in'
function setHint(on: boolean): void {
  try {
    if (on) localStorage.setItem(HINT, '1')
    else localStorage.removeItem(HINT)
  } catch {
    // Without storage the cookie is always tried.
  }
}

/** Who was signed in, so that the app can start without a server. */
const KEPT = 'nabiz.me'
function readKept(): Me | undefined {
  try {
    return (JSON.parse(localStorage.getItem(KEPT) ?? 'null') as Me | null) ?? undefined
  } catch {
    return undefined
  }
}
function keep(me: Me | undefined): void {
  try {
    if (me) localStorage.setItem(KEPT, JSON.stringify(me))
    else localStorage.removeItem(KEPT)
  } catch {
    // Without storage the next start needs the server.
  }
}

let state: SessionState = { status: 'starting' }
let token: { value: string; expiresAt: number } | undefined
const listeners = new Set<() => void>()

function set(next: SessionState): void {
  state = next
  for (const listener of listeners) listener()
}

export const session = {
  get state(): SessionState {
    return state
  },
  subscribe(listener: () => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
  /** The token if it is good for another 20 s. */
  get token(): string | undefined {
    return token && token.expiresAt - Date.now() > 20_000 ? token.value : undefined
  },
  get tokenExpiresAt(): number {
    return token?.expiresAt ?? 0
  },
  get mayResume(): boolean {
    try {
      return localStorage.getItem(HINT) !== null
    } catch {
      return true
    }
  },
  /** The person of the last visit, while their session may still be good. */
  get kept(): Me | undefined {
    return this.mayResume ? readKept() : undefined
  },
  keepToken(answer: Pick<SignedIn, 'access_token' | 'expires_in'>): void {
    setHint(true)
    token = { value: answer.access_token, expiresAt: Date.now() + answer.expires_in * 1000 }
  },
  forgetToken(): void {
    token = undefined
  },
  enter(me: Me): void {
    setTimeZone(me.tenant.time_zone)
    keep(me)
    set({
      status: 'in',
      user: me.user,
      tenant: me.tenant,
      permissions: new Set(me.permissions),
      visibility: me.visibility,
    })
  },
  update(change: Partial<Omit<SignedInState, 'status'>>): void {
    if (state.status !== 'in') return
    if (change.tenant) setTimeZone(change.tenant.time_zone)
    const next = { ...state, ...change }
    set(next)
    const { user, tenant, permissions, visibility } = next
    keep({ user, tenant, permissions: [...permissions], visibility })
  },
  leave(reason?: SignedOutBecause): void {
    token = undefined
    setHint(false)
    keep(undefined)
    set(reason ? { status: 'out', reason } : { status: 'out' })
  },
}

export const useSession = (): SessionState =>
  useSyncExternalStore(session.subscribe, () => session.state)

let lastSignedIn: SignedInState | undefined

/** Who signed in, whoever's eyes are borrowed. */
export function useOwner(): SignedInState {
  const current = useSession()
  if (current.status === 'in') lastSignedIn = current
  if (!lastSignedIn) throw new Error('used outside of a signed-in screen')
  return lastSignedIn
}

/**
 * For screens behind the sign-in guard. On the way out they draw once more with what they had; with
 * borrowed eyes they draw what the colleague would see.
 */
export function useSignedIn(): SignedInState {
  const own = useOwner()
  const looking = useLooking()
  if (!looking) return own
  const { user, permissions, visibility } = looking
  return { ...own, user, permissions, visibility }
}

export const usePermission = (permission: Permission): boolean => {
  const current = useSession()
  const looking = useLooking()
  if (current.status !== 'in') return false
  return (looking ?? current).permissions.has(permission)
}
