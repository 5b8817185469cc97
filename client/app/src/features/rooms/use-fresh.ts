// What has just come from somebody else wears the pulse for a moment.
import { useEffect, useReducer, useRef } from 'react'
import type { ThreadMessage } from './model'
import type { Row } from './thread-rows'

const NOW_MS = 2000
const AGO_MS = 8000

export function useFresh(
  rows: readonly Row[],
  me: string,
): (of: ThreadMessage) => '' | ' f0' | ' f1' {
  const cameAt = useRef(new Map<string, number>())
  const newest = useRef<number>(undefined)
  const [, draw] = useReducer((n: number) => n + 1, 0)
  const last = rows.findLast((row) => !row.failed && !row.message.sending)?.message
  if (last && newest.current !== undefined && last.n > newest.current && last.by !== me)
    cameAt.current.set(last.id, Date.now())
  if (last) newest.current = Math.max(newest.current ?? 0, last.n)
  const id = last?.id
  useEffect(() => {
    if (id === undefined || !cameAt.current.has(id)) return
    const timers = [NOW_MS, AGO_MS].map((ms) => setTimeout(draw, ms + 20))
    return () => timers.forEach(clearTimeout)
  }, [id])
  return ({ id }) => {
    const age = Date.now() - (cameAt.current.get(id) ?? 0)
    return age < NOW_MS ? ' f0' : age < AGO_MS ? ' f1' : ''
  }
}
