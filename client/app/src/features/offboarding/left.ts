// How long something can still be taken back, and how far a hand-over has come.
import type { Offboarding } from '@/wire/leaving'

export interface Left {
  hours: number
  minutes: number
  /** Milliseconds until the words change. */
  next: number
}

const MINUTE = 60_000

/** Undefined once it is over. The last minute counts as one. */
export function timeLeft(until: string, now: number): Left | undefined {
  const ms = Date.parse(until) - now
  if (!(ms > 0)) return undefined
  const minutes = Math.ceil(ms / MINUTE)
  return {
    hours: Math.floor(minutes / 60),
    minutes: minutes % 60,
    next: ms - (minutes - 1) * MINUTE,
  }
}

/** Percent of the way, in whichever direction it goes. */
export function progressOf({ state, done, total }: Offboarding): number {
  if (state === 'done' || state === 'reverted') return 100
  if (total === 0) return 0
  const share = Math.min(1, done / total)
  return Math.round(100 * (state === 'reverting' ? 1 - share : share))
}

export const isMoving = ({ state }: Offboarding): boolean =>
  state === 'running' || state === 'reverting'

/** Whether the button to take it back makes sense; the server has the last word. */
export const mayRevert = (item: Offboarding, now: number): boolean =>
  (item.state === 'running' || item.state === 'done') &&
  timeLeft(item.revertible_until, now) !== undefined
