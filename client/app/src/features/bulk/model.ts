// Work on many customers as the server tells it.
export type BulkState = 'running' | 'done' | 'cancelled' | 'failed' | 'undoing' | 'undone'

export type BulkAction =
  | { do: 'assign'; owners?: string[]; add?: string[]; remove?: string[] }
  | { do: 'tag'; add?: string[]; remove?: string[] }
  | { do: 'move'; board: string; stage: string }
  | { do: 'archive' }
  | { do: 'restore' }

export interface BulkFailure {
  customer_id: string
  /** A code as of any refusal. */
  code: string
}

export interface Bulk {
  id: string
  action: BulkAction
  state: BulkState
  total: number
  /** Looked at; while it is undone it falls back to 0. */
  done: number
  /** Others now. */
  changed: number
  failed_count: number
  /** The first 200; none in a list. */
  failed: BulkFailure[]
  /** After undoing: given back, and changed by somebody since. */
  restored: number
  kept: number
  by: string
  at: string
  finished_at: string | null
  /** Null where there is nothing to take back. */
  revertible_until: string | null
  undone_by: string | null
  undone_at: string | null
}

/** `bulk.progressed`. */
export interface BulkProgress {
  bulk: string
  state: BulkState
  done: number
  total: number
  changed: number
  failed: number
  restored: number
  kept: number
}

/** Who is meant: all that a search and a filter find, or exactly these. */
export type Selection =
  | { q?: string; filter: Record<string, unknown>; except?: string[] }
  | { ids: string[] }

/** Most that can be named one by one, also as exceptions. */
export const NAMED_MAX = 1000

export const isMoving = (state: BulkState): boolean => state === 'running' || state === 'undoing'
export const canUndo = (
  { state, changed, revertible_until: until }: Pick<Bulk, 'state' | 'changed' | 'revertible_until'>,
  now = Date.now(),
): boolean =>
  changed > 0 &&
  (state === 'done' || state === 'cancelled' || state === 'failed') &&
  // Progress does not say until when; the record that is read at the end does.
  (until === null || Date.parse(until) > now)

/** How long a finished one can be taken back below the screen; afterwards from its page. */
export const LINGER_MS = 30_000

/** Whether whoever began it still has to see it below the screen: under way, or over just now. */
export const isFresh = (
  { state, finished_at: at }: Pick<Bulk, 'state' | 'finished_at'>,
  now = Date.now(),
): boolean =>
  isMoving(state) || (state !== 'undone' && at !== null && now - Date.parse(at) < LINGER_MS)

/** How far it is, 0 to 1; undoing goes forward too. */
export function share({ state, done, total }: Pick<Bulk, 'state' | 'done' | 'total'>): number {
  if (total <= 0) return 1
  const part = Math.min(1, Math.max(0, done / total))
  return state === 'undoing' ? 1 - part : part
}

export function progressed(bulk: Bulk, { bulk: _, failed, ...rest }: BulkProgress): Bulk {
  return { ...bulk, ...rest, failed_count: failed }
}

/** Whether the action says enough to be done. */
export function isWhole(action: BulkAction): boolean {
  switch (action.do) {
    case 'assign':
      return action.owners !== undefined || Boolean(action.add?.length || action.remove?.length)
    case 'tag':
      return Boolean(action.add?.length || action.remove?.length)
    case 'move':
      return action.board !== '' && action.stage !== ''
    default:
      return true
  }
}

/** How often each reason stands in a list, the most frequent first. */
export function reasons(failed: readonly BulkFailure[]): [code: string, count: number][] {
  const counts = new Map<string, number>()
  for (const { code } of failed) counts.set(code, (counts.get(code) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1])
}
