// Did anybody touch this tab lately, and is it to be seen? Colleagues are told when not, and nothing
// counts as read then. Loaded after the first paint; it imports nothing, so that no chunk of the start
// is cut in two for it.
import type { Engine } from './engine'
import type { Observable } from './observable'

const IDLE_AFTER_MS = 5 * 60_000
const LOOK_EVERY_MS = 15_000
const TOUCHES = ['pointerdown', 'keydown', 'wheel']

let isIdle = false
const listeners = new Set<() => void>()
export const idle: Observable<boolean> = {
  get: () => isIdle,
  set(next) {
    if (next === isIdle) return
    isIdle = next
    for (const listener of listeners) listener()
  },
  subscribe(listener) {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
}

export function watchIdle(live: Pick<Engine, 'topics' | 'ephemeral'>): () => void {
  let touchedAt = Date.now()
  idle.set(false)
  const tell = (next: boolean) => {
    if (next === idle.get()) return
    idle.set(next)
    for (const key of live.topics) live.ephemeral(key, 'away', { idle: next })
  }
  const touch = () => {
    touchedAt = Date.now()
    if (!document.hidden) tell(false)
  }
  const check = () => tell(document.hidden || Date.now() - touchedAt > IDLE_AFTER_MS)
  const timer = setInterval(check, LOOK_EVERY_MS)
  for (const type of TOUCHES) window.addEventListener(type, touch, { passive: true })
  document.addEventListener('visibilitychange', touch)
  return () => {
    clearInterval(timer)
    for (const type of TOUCHES) window.removeEventListener(type, touch)
    document.removeEventListener('visibilitychange', touch)
  }
}
