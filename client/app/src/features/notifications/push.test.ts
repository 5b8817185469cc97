// A device that was asked to notify goes on doing so for whoever asked, and for nobody else.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { session } from '@/session/session'
import type { Me } from '@/wire/records'
import { lookAtPush, pushState, renewPush, startPush } from './push'

const { get, post } = vi.hoisted(() => ({ get: vi.fn(), post: vi.fn() }))
vi.mock('@/session/api', () => ({ api: { get, post } }))

const signIn = (id: string) =>
  session.enter({
    user: { id },
    tenant: { id: 't1', time_zone: 'Europe/Istanbul' },
    permissions: [],
    visibility: 'all',
  } as unknown as Me)

let made: object | null = null

beforeEach(() => {
  made = null
  get.mockResolvedValue({ key: 'AAAA' })
  post.mockReset().mockResolvedValue({ id: 'p1' })
  const subscription = { toJSON: () => ({ endpoint: 'https://push.example/1' }) }
  const pushManager = {
    getSubscription: async () => made,
    subscribe: async () => (made = subscription),
  }
  const registration = { pushManager }
  vi.stubGlobal('PushManager', class {})
  vi.stubGlobal('Notification', { permission: 'granted', requestPermission: async () => 'granted' })
  Object.defineProperty(navigator, 'serviceWorker', {
    configurable: true,
    value: { getRegistration: async () => registration, ready: Promise.resolve(registration) },
  })
})
afterEach(() => {
  session.leave()
  localStorage.clear()
  vi.unstubAllGlobals()
  Reflect.deleteProperty(navigator, 'serviceWorker')
})

test('signed in again, the same person is told on the same device', async () => {
  signIn('u1')
  await startPush()
  expect(pushState.get()).toBe('on')
  session.leave()
  signIn('u1')
  post.mockClear()
  await renewPush()
  expect(post).toHaveBeenCalledOnce()
  await lookAtPush()
  expect(pushState.get()).toBe('on')
})

test('somebody else on this device was not asked', async () => {
  signIn('u1')
  await startPush()
  session.leave()
  signIn('u2')
  post.mockClear()
  await renewPush()
  expect(post).not.toHaveBeenCalled()
  await lookAtPush()
  expect(pushState.get()).toBe('off')
})
