// The engine of the signed-in user: started with the shell, stopped with it.
import './tenant-model'
import { forgetRecent } from '@/commands/recent'
import { common } from '@/i18n/common'
import { freshToken, refresh, request, signOut } from '@/session/api'
import { errorText } from '@/session/errors'
import { stopLooking } from '@/session/see-as'
import { session } from '@/session/session'
import { toast } from '@/ui/toasts'
import type { Me } from '@/wire/records'
import { databaseName } from './db-name'
import { CommandError, type CommandInit, Engine } from './engine'
import { observable } from './observable'
import { setStatus } from './status'
import { undoLast, undoThrough } from './undo'

/** What the screens look at: one's own engine, or the borrowed eyes of a colleague. */
export const engine = observable<Engine | undefined>(undefined)
/** The engine of the signed-in person, also while the screens look elsewhere. */
export const ownEngine = observable<Engine | undefined>(undefined)
/** How often what was read over HTTP became too much or too little. */
export const outdated = observable(0)

const SAVE_EVERY_MS = 15_000
/** How long the first connection waits for rows from disk, so that it can ask for what it missed. */
const DISK_FIRST_MS = 400

function schedule(flush: () => void): void {
  // Hidden tabs get no animation frames but must stay current.
  if (document.hidden) setTimeout(flush, 100)
  else requestAnimationFrame(flush)
}

const socketUrl = () => `${location.origin.replace(/^http/, 'ws')}/api/v1/ws`

/** Starts for one user; the answer stops it. */
export function startLive(me: Pick<Me, 'user' | 'tenant'>): () => void {
  const name = databaseName(me.tenant.id, me.user.id)
  const stops: (() => void)[] = []
  const live = new Engine({
    me: me.user.id,
    open: () => new WebSocket(socketUrl(), 'nabiz.v1') as never,
    token: (force) => (force ? refresh() : freshToken()),
    onEnd: (why) => {
      if (why === 'closed') void closed(live)
      else if (why === 'ended') void ended()
      else setStatus({ phase: 'down', refused: true })
    },
    onRefused: (row, error) =>
      toast(
        common('refused', {
          what: row.label ?? row.op,
          why: errorText(error.reason ?? error.code, error.message),
        }),
      ),
    onStale: () => outdated.set(outdated.get() + 1),
    schedule,
    ...(typeof BroadcastChannel === 'undefined' ? {} : { channel: new BroadcastChannel(name) }),
  })
  ownEngine.set(live)
  engine.set(live)
  undoThrough((init) => perform(init))

  // Sign-out in the middle of a start must not leave a socket behind.
  let stopped = false
  stops.push(() => {
    stopped = true
    live.stop()
  })

  const disk = import('./db')
    .then(({ openDisk }) => openDisk(name))
    .then((opened) => live.attach(opened))
    .catch(() => live.withoutDisk())
  void Promise.race([disk, new Promise((done) => setTimeout(done, DISK_FIRST_MS))]).then(() => {
    if (!stopped) live.start()
  })

  // One tab of the browser sends; the lock goes to the next one when it closes.
  if (navigator.locks) {
    const abort = new AbortController()
    stops.push(() => abort.abort())
    navigator.locks
      .request(`${name}-outbox`, { signal: abort.signal }, () => {
        live.lead()
        return new Promise<void>((release) => stops.push(release))
      })
      .catch(() => undefined)
  } else live.lead()

  const on = (target: EventTarget, type: string, listener: (event: Event) => void) => {
    target.addEventListener(type, listener)
    stops.push(() => target.removeEventListener(type, listener))
  }
  on(window, 'online', () => live.connection.wake())
  on(window, 'offline', () => live.connection.lost())
  on(document, 'visibilitychange', () => {
    if (!document.hidden) live.connection.wake()
    else void live.keepAll()
  })
  on(window, 'pagehide', () => void live.keepAll())

  const save = setInterval(() => {
    if ('requestIdleCallback' in window) requestIdleCallback(() => void live.keepAll())
    else void live.keepAll()
  }, SAVE_EVERY_MS)
  const token = setInterval(() => {
    // A minute before the end, on the open socket.
    if (session.tokenExpiresAt - Date.now() > 75_000 || !live.connection.up) return
    void refresh()
      .then((fresh) => fresh && live.authenticate(fresh))
      .catch(() => undefined)
  }, 20_000)
  stops.push(() => clearInterval(save))
  stops.push(() => clearInterval(token))
  // Not needed for the first paint.
  void import('./idle')
    .then(({ watchIdle }) => stopped || stops.push(watchIdle(live)))
    .catch(() => undefined)

  return () => {
    for (const stop of stops) stop()
    stopLooking()
    ownEngine.set(undefined)
    engine.set(undefined)
  }
}

/** The server says the session is over; HTTP has the last word. */
async function ended(): Promise<void> {
  session.forgetToken()
  await request('/me').catch(() => undefined)
  if (session.state.status === 'in') session.leave('ended')
}

/** Somebody who may closed the access: nothing of the house stays on this device. */
async function closed(live: Engine): Promise<void> {
  forgetRecent()
  session.leave('closed')
  await live.wipe()
}

/** Ends the session of this browser and forgets what it kept; commands on their way are lost. */
export async function leave(everywhere = false): Promise<void> {
  const live = ownEngine.get()
  forgetRecent()
  await signOut(everywhere)
  await live?.wipe()
}

/** Gives a command; a refusal becomes a toast and a rejected promise nobody has to catch. */
export function perform(init: CommandInit): Promise<import('@/wire/frames').Res | undefined> {
  const live = engine.get()
  if (!live) return Promise.resolve(undefined)
  return live.dispatch(init).catch((error: unknown) => {
    if (error instanceof CommandError) sayRefused(init, error)
    return undefined
  })
}

/** Says what was not done, and why. */
export function sayRefused(init: CommandInit, error: CommandError): void {
  // The field says more than that some fields are wrong.
  const { code, message } = error.fields?.[0] ?? error
  const why = errorText(error.reason ?? code, message)
  toast(init.label ? common('refused', { what: init.label, why }) : why)
}

/** As `perform`, but a refusal waits in the list of what was not sent: for work given offline. */
export function performLater(init: CommandInit): void {
  engine.get()?.leave(init)
}

/** As `perform`, but the caller handles the refusal (forms). */
export function performOrThrow(init: CommandInit): Promise<import('@/wire/frames').Res> {
  const live = engine.get()
  if (!live) return Promise.reject(new CommandError('busy', ''))
  return live.dispatch(init)
}

window.addEventListener('keydown', (event) => {
  if (event.key.toLowerCase() !== 'z' || !(event.ctrlKey || event.metaKey) || event.shiftKey) return
  const target = event.target as HTMLElement
  // With borrowed eyes nothing is done, so nothing is undone.
  if (engine.get() !== ownEngine.get()) return
  if (target.closest('input,textarea,[contenteditable]')) return
  if (undoLast()) event.preventDefault()
})
