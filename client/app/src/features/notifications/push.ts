// Web Push on this device: the worker shows what the server sends while the app is closed.

import { observable } from '@/live/observable'
import { api } from '@/session/api'
import { ApiError } from '@/session/errors'

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
  const current = await (await registration())?.pushManager.getSubscription()
  pushState.set(current ? 'on' : 'off')
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
  const id = kept() ?? (current ? await tell(current) : undefined)
  await (id ? api.delete(`/push/subscriptions/${id}`) : undefined)?.catch((error: unknown) => {
    // Forgotten before: that is what was wanted.
    if (!(error instanceof ApiError && error.status === 404)) throw error
  })
  await current?.unsubscribe()
  keep(undefined)
  pushState.set('off')
}

function kept(): string | undefined {
  try {
    return localStorage.getItem(SUBSCRIPTION) ?? undefined
  } catch {
    return undefined
  }
}
function keep(id: string | undefined): void {
  try {
    if (id) localStorage.setItem(SUBSCRIPTION, id)
    else localStorage.removeItem(SUBSCRIPTION)
  } catch {
    // The server forgets the device by itself once its address no longer answers.
  }
}
