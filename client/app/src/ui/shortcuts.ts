// Single keys of a screen. Ignored in fields and while something floats above the screen; matched
// folded, so that i, ı, I and İ are one key on every layout.
import { useEffect, useRef } from 'react'
import { foldKey } from '@/i18n/fold'

const blocked =
  'input,textarea,select,[contenteditable],[role="dialog"],[role="menu"],[role="listbox"]'

export function useShortcuts(keys: Record<string, (event: KeyboardEvent) => void>): void {
  const current = useRef(keys)
  current.current = keys
  useEffect(() => {
    const listener = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
      const target = event.target as Element | null
      if (target?.closest(blocked) || document.querySelector('.scrim')) return
      const run = current.current[foldKey(event.key)]
      if (!run) return
      event.preventDefault()
      run(event)
    }
    window.addEventListener('keydown', listener)
    return () => window.removeEventListener('keydown', listener)
  }, [])
}
