// Is somebody looking? Read is what stood for a second on a visible, focused screen that somebody
// touched lately; and nothing that was marked unread meanwhile.
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { idle } from '@/live/idle'
import { useDerived } from '@/live/observable'
import { liveStatus } from '@/live/status'
import { markRead } from './commands'

const looks = () => !document.hidden && document.hasFocus() && !idle.get()

function onChange(listener: () => void): () => void {
  const hush = idle.subscribe(listener)
  document.addEventListener('visibilitychange', listener)
  window.addEventListener('focus', listener)
  window.addEventListener('blur', listener)
  return () => {
    hush()
    document.removeEventListener('visibilitychange', listener)
    window.removeEventListener('focus', listener)
    window.removeEventListener('blur', listener)
  }
}

export const useAttention = (): boolean => useSyncExternalStore(onChange, looks)

export interface Held {
  isHeld: boolean
  /** I have just marked something unread, on this screen. */
  hold: () => void
  release: () => void
}

const ACTS = ['pointerdown', 'keydown', 'wheel']

/**
 * What was marked unread stays so while the room merely stands on a screen: until something new comes,
 * or, where another device marked it, until somebody does something on this one. `onLowered` hears
 * when another device did.
 */
export function useHeld(
  read: number | undefined,
  last: number,
  onLowered: (read: number) => void,
): Held {
  const [held, setHeld] = useState<{ last: number; isHere: boolean }>()
  const was = useRef<number>(undefined)
  const told = useRef(onLowered)
  told.current = onLowered
  const isHeld = held !== undefined && last <= held.last
  const isHere = held?.isHere === true
  useEffect(() => {
    const isLower = read !== undefined && was.current !== undefined && read < was.current
    was.current = read
    if (!isLower || (isHeld && isHere)) return
    setHeld({ last, isHere: false })
    told.current(read)
  }, [read, last, isHeld, isHere])
  const release = useCallback(() => setHeld(undefined), [])
  useEffect(() => {
    if (!isHeld || isHere) return
    for (const type of ACTS) window.addEventListener(type, release, { passive: true })
    return () => {
      for (const type of ACTS) window.removeEventListener(type, release)
    }
  }, [isHeld, isHere, release])
  const hold = useCallback(() => setHeld({ last, isHere: true }), [last])
  return { isHeld, hold, release }
}

const LOOKED_MS = 1000

/** Marks as read what has been seen; `seen` is the lowest message on the screen. */
export function useReading(
  room: string,
  seen: number,
  read: number | undefined,
  isHeld: boolean,
): void {
  const isLooking = useAttention()
  const isLive = useDerived(liveStatus, ({ phase }) => phase === 'live')
  const isNew = read !== undefined && seen > read
  // Where the mark did not follow, saying the same again would not move it.
  const said = useRef(0)
  useEffect(() => {
    if (isHeld) said.current = 0
  }, [isHeld])
  useEffect(() => {
    if (!isNew || isHeld || !isLooking || !isLive || seen <= said.current) return
    const timer = setTimeout(() => {
      said.current = seen
      markRead(room, seen)
    }, LOOKED_MS)
    return () => clearTimeout(timer)
  }, [room, seen, isNew, isHeld, isLooking, isLive])
}
