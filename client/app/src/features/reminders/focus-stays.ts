// A row that goes away under the focus hands it to the one that takes its place: whoever works
// through the list by keys stays in it.
import { type RefObject, useEffect, useRef } from 'react'

const ROW = '.work-row'
/** What floats gives the focus back a moment after it has closed. */
const FADED_MS = 300

export function useFocusStays(list: RefObject<HTMLElement | null>, keys: string): void {
  const at = useRef(-1)
  useEffect(() => {
    const element = list.current
    if (!element) return
    const rows = () => [...element.querySelectorAll(ROW)]
    const into = ({ target }: FocusEvent) => {
      const row = (target as Element).closest(ROW)
      at.current = row ? rows().indexOf(row) : -1
    }
    const out = ({ target, relatedTarget }: FocusEvent) => {
      const next = relatedTarget as Element | null
      // A removed row leaves the focus to nothing; a menu or a sheet brings it back.
      const hasGone = next ? !next.closest('.pop,.scrim') : (target as Element).isConnected
      if (hasGone && document.hasFocus()) at.current = -1
    }
    element.addEventListener('focusin', into)
    element.addEventListener('focusout', out)
    return () => {
      element.removeEventListener('focusin', into)
      element.removeEventListener('focusout', out)
    }
  }, [list])
  // biome-ignore lint/correctness/useExhaustiveDependencies: looked at when rows come or go
  useEffect(() => {
    const check = () => {
      const element = list.current
      if (!element || at.current < 0 || document.activeElement !== document.body) return
      const rows = element.querySelectorAll(ROW)
      const row = rows[Math.min(at.current, rows.length - 1)]
      const next = row?.querySelector<HTMLElement>('button, a') ?? element
      next.focus({ preventScroll: row === undefined })
    }
    check()
    const timer = setTimeout(check, FADED_MS)
    return () => clearTimeout(timer)
  }, [keys])
}
