// Where the new messages begin. What the disk kept may be old: until the connection has told what was
// missed the place follows the read mark; then it stays where it is while one reads.
import { useCallback, useEffect, useState } from 'react'
import { useTopicEvents } from '@/live/hooks'
import { useDerived } from '@/live/observable'
import { liveStatus } from '@/live/status'
import type { Ev } from '@/wire/frames'
import type { Message, Mine } from '@/wire/rooms'
import { useAttention } from './attention'

/** So long nothing more was told. */
const SETTLED_MS = 400

export interface NewFrom {
  newFrom: number | null
  setNewFrom: (n: number | null) => void
  isSettled: boolean
}

export function useNewFrom(room: string, mine: Mine | undefined, me: string): NewFrom {
  const [kept, setKept] = useState<{ from: number | null }>()
  const isLooking = useAttention()
  const isLive = useDerived(liveStatus, ({ phase }) => phase === 'live')
  const now = mine && mine.unread > 0 ? mine.read + 1 : null
  const isKnown = mine !== undefined
  const isSettled = kept !== undefined
  useEffect(() => {
    if (isSettled || !isKnown || !isLive) return
    const timer = setTimeout(() => setKept({ from: now }), SETTLED_MS)
    return () => clearTimeout(timer)
  }, [isSettled, isKnown, isLive, now])
  const setNewFrom = useCallback((from: number | null) => setKept({ from }), [])
  const listener = useCallback(
    (ev: Ev) => {
      const { message } = ev.d as { message?: Message }
      if (ev.op !== 'message.sent' || !message) return
      if (message.by === me) setKept({ from: null })
      else if (!isLooking) setKept((old) => old && { from: old.from ?? message.n })
    },
    [me, isLooking],
  )
  useTopicEvents(`room:${room}`, listener)
  return { newFrom: kept ? kept.from : now, setNewFrom, isSettled }
}
