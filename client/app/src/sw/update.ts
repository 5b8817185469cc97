// The service worker seen from the page: registered once the app stands, and a new build is offered,
// never forced.
import { observable } from '@/live/observable'

/** A new build is on this device and waits. */
export const newBuild = observable(false)

const LOOK_EVERY_MS = 60 * 60_000
const TAKES_OVER_WITHIN_MS = 8000
let registration: ServiceWorkerRegistration | undefined

function watch(found: ServiceWorkerRegistration): void {
  const tell = () => {
    // Without a controller this is the first visit: there is nothing to be newer than.
    if (found.waiting && navigator.serviceWorker.controller) newBuild.set(true)
  }
  tell()
  found.addEventListener('updatefound', () => {
    found.installing?.addEventListener('statechange', tell)
  })
}

export function keepForOffline(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  const start = () =>
    navigator.serviceWorker
      .register('/sw.js', { updateViaCache: 'none' })
      .then((found) => {
        registration = found
        watch(found)
        const look = () => void found.update().catch(() => undefined)
        setInterval(look, LOOK_EVERY_MS)
        window.addEventListener('online', look)
      })
      // A browser that forbids workers still has the app, with a server.
      .catch(() => undefined)
  if (document.readyState === 'complete') void start()
  else window.addEventListener('load', () => void start(), { once: true })
}

const waitFor = (target: EventTarget, type: string): Promise<void> =>
  new Promise((done) => {
    target.addEventListener(type, () => done(), { once: true })
    setTimeout(done, TAKES_OVER_WITHIN_MS)
  })

/** Opens the newest build, also when the old worker would answer with the old page. */
export async function openNewBuild(): Promise<void> {
  if (registration) {
    if (!registration.waiting) {
      await registration.update().catch(() => undefined)
      const { installing } = registration
      if (installing) await waitFor(installing, 'statechange')
    }
    if (registration.waiting) {
      const taken = waitFor(navigator.serviceWorker, 'controllerchange')
      registration.waiting.postMessage('take-over')
      await taken
    } else await registration.unregister()
  }
  location.reload()
}
