// Is somebody looking? Read is what stood on a visible, focused screen for a second.
import { useEffect, useSyncExternalStore } from 'react'
import { useDerived } from '@/live/observable'
import { liveStatus } from '@/live/status'
import { markRead } from './commands'

const looks = () => !document.hidden && document.hasFocus()

function onChange(listener: () => void): () => void {
  document.addEventListener('visibilitychange', listener)
  window.addEventListener('focus', listener)
  window.addEventListener('blur', listener)
  return () => {
    document.removeEventListener('visibilitychange', listener)
    window.removeEventListener('focus', listener)
    window.removeEventListener('blur', listener)
  }
}

export const useAttention = (): boolean => useSyncExternalStore(onChange, looks)

const LOOKED_MS = 1000

/** Marks as read what has been seen; `seen` is the lowest message on the screen. */
export function useReading(
  room: string,
  seen: number,
  read: number | undefined,
  held: boolean,
): void {
  const isLooking = useAttention()
  const isLive = useDerived(liveStatus, ({ phase }) => phase === 'live')
  const isNew = read !== undefined && seen > read
  useEffect(() => {
    if (!isNew || held || !isLooking || !isLive) return
    const timer = setTimeout(() => markRead(room, seen), LOOKED_MS)
    return () => clearTimeout(timer)
  }, [room, seen, isNew, held, isLooking, isLive])
}
