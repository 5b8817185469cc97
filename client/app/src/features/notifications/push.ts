// Web Push on this device: the worker shows what the server sends while the app is closed.

import { observable } from '@/live/observable'
import { api } from '@/session/api'
import { ApiError } from '@/session/errors'
import { session } from '@/session/session'

export type PushState = 'unknown' | 'unsupported' | 'no-key' | 'denied' | 'off' | 'on'

export const pushState = observable<PushState>('unknown')

const SUBSCRIPTION = 'nabiz.push'

const isSupported = (): boolean =>
  'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window

/** The key as the browser wants it: bytes, from base64 for addresses. */
export function keyBytes(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  const bytes = new Uint8Array(new ArrayBuffer(plain.length))
  for (let i = 0; i < plain.length; i++) bytes[i] = plain.charCodeAt(i)
  return bytes
}

const registration = () => navigator.serviceWorker.getRegistration()

async function serverKey(): Promise<string | null> {
  return (await api.get<{ key: string | null }>('/push/key')).key
}

export async function lookAtPush(): Promise<void> {
  if (!isSupported() || !(await registration())) return pushState.set('unsupported')
  try {
    if (!(await serverKey())) return pushState.set('no-key')
  } catch (error) {
    // Not known without a connection; a refusal is an answer.
    if (error instanceof ApiError) pushState.set('no-key')
    return
  }
  if (Notification.permission === 'denied') return pushState.set('denied')
  pushState.set((await mine()) ? 'on' : 'off')
}

/** This browser's subscription, if whoever is signed in asked for it: it may be somebody else's. */
async function mine(): Promise<PushSubscription | undefined> {
  if (kept()?.user !== me()) return undefined
  return (await (await registration())?.pushManager.getSubscription()) ?? undefined
}

/** A subscription goes silent with the session it was made in: signed in again, it is told again. */
export async function renewPush(): Promise<void> {
  const made = isSupported() ? await mine() : undefined
  if (made) keep(await tell(made))
}

export async function startPush(): Promise<void> {
  const key = await serverKey()
  if (!key) return pushState.set('no-key')
  if ((await Notification.requestPermission()) !== 'granted') return pushState.set('denied')
  const worker = await navigator.serviceWorker.ready
  const made = await worker.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: keyBytes(key),
  })
  keep(await tell(made))
  pushState.set('on')
}

/** The server's name for this browser; the same browser keeps its name. */
async function tell(subscription: PushSubscription): Promise<string> {
  return (await api.post<{ id: string }>('/push/subscriptions', subscription.toJSON())).id
}

export async function stopPush(): Promise<void> {
  const current = await (await registration())?.pushManager.getSubscription()
  const id = kept()?.id ?? (current ? await tell(current) : undefined)
  await (id ? api.delete(`/push/subscriptions/${id}`) : undefined)?.catch((error: unknown) => {
    // Forgotten before: that is what was wanted.
    if (!(error instanceof ApiError && error.status === 404)) throw error
  })
  await current?.unsubscribe()
  keep(undefined)
  pushState.set('off')
}

const me = (): string => (session.state.status === 'in' ? session.state.user.id : '')

function kept(): { user: string; id: string } | undefined {
  try {
    const [user, id] = localStorage.getItem(SUBSCRIPTION)?.split(' ') ?? []
    return user && id ? { user, id } : undefined
  } catch {
    return undefined
  }
}
function keep(id: string | undefined): void {
  try {
    if (id) localStorage.setItem(SUBSCRIPTION, `${me()} ${id}`)
    else localStorage.removeItem(SUBSCRIPTION)
  } catch {
    // The server forgets the device by itself once its address no longer answers.
  }
}
