// What both pages do over time: look again when the reader comes back, and know of the network.
import { useEffect, useRef, useState } from 'preact/hooks'

const LOOK_EVERY_MS = 60_000

/** Runs now and then while somebody looks, and at once when they come back or are connected again. */
export function useLookAgain(look: () => void): void {
  const latest = useRef(look)
  latest.current = look
  useEffect(() => {
    let last = Date.now()
    const run = () => {
      if (document.visibilityState !== 'visible' || !navigator.onLine) return
      last = Date.now()
      latest.current()
    }
    const back = () => {
      // Switching to and fro asks once.
      if (Date.now() - last > 5_000) run()
    }
    const timer = setInterval(run, LOOK_EVERY_MS)
    document.addEventListener('visibilitychange', back)
    window.addEventListener('online', run)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', back)
      window.removeEventListener('online', run)
    }
  }, [])
}

export function useOnline(): boolean {
  const [online, setOnline] = useState(navigator.onLine)
  useEffect(() => {
    const tell = () => setOnline(navigator.onLine)
    window.addEventListener('online', tell)
    window.addEventListener('offline', tell)
    return () => {
      window.removeEventListener('online', tell)
      window.removeEventListener('offline', tell)
    }
  }, [])
  return online
}
