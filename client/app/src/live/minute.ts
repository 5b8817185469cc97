// The clock of the screens: what is due turns late while somebody looks. One timer for all.
import { useSyncExternalStore } from 'react'

const MINUTE = 60_000
const listeners = new Set<() => void>()
let passed = 0
let timer: ReturnType<typeof setTimeout> | undefined

function tell(): void {
  passed++
  for (const listener of listeners) listener()
}
function arm(): void {
  timer = setTimeout(
    () => {
      arm()
      tell()
    },
    MINUTE - (Date.now() % MINUTE) + 20,
  )
}
// Timers of a hidden tab are late.
const wake = () => {
  if (!document.hidden) tell()
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) {
    arm()
    document.addEventListener('visibilitychange', wake)
  }
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearTimeout(timer)
    document.removeEventListener('visibilitychange', wake)
  }
}

/** Draws again at every full minute; the answer only counts them. */
export const useMinute = (): number => useSyncExternalStore(subscribe, () => passed)
