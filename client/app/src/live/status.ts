// What the connection banner and the pulse line show.
import { observable } from './observable'

export interface LiveStatus {
  /** `idle`: nobody is signed in, so nothing is to be connected. */
  phase: 'idle' | 'connecting' | 'live' | 'down'
  /** When the phase began. */
  since: number
  /** Commands of this browser that the server has not answered. */
  pending: number
  /** Commands that waited while the connection was down, being sent now. */
  draining: { done: number; total: number } | null
  /** The outbox could not be written to disk: commands go directly and do not survive a reload. */
  diskFailed: boolean
  /** The server does not speak with this version of the client any more. */
  refused: boolean
  /** Commands that were refused while nobody waited, or are too old to send. */
  parked: number
}

export const liveStatus = observable<LiveStatus>({
  phase: 'idle',
  since: Date.now(),
  pending: 0,
  draining: null,
  diskFailed: false,
  refused: false,
  parked: 0,
})

export function setStatus(change: Partial<LiveStatus>): void {
  const now = liveStatus.get()
  const since = change.phase && change.phase !== now.phase ? Date.now() : now.since
  liveStatus.set({ ...now, ...change, since })
}

const WINDOW_MS = 60_000
/** Seconds in which something happened: [unix second, number of events]. */
export const pulseTicks = observable<readonly (readonly [number, number])[]>([])

export function pulse(count = 1, now = Date.now()): void {
  const second = Math.floor(now / 1000)
  const kept = pulseTicks.get().filter(([s]) => s * 1000 > now - WINDOW_MS)
  const last = kept.at(-1)
  if (last && last[0] === second) pulseTicks.set([...kept.slice(0, -1), [second, last[1] + count]])
  else pulseTicks.set([...kept, [second, count]])
}
