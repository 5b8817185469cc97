// Light, dark, or what the device says. boot.js applies the kept choice before the first paint.
import { useSyncExternalStore } from 'react'

export type Theme = 'light' | 'dark' | 'system'
const KEY = 'nabiz.theme'
const listeners = new Set<() => void>()

export function currentTheme(): Theme {
  const forced = document.documentElement.dataset.theme
  return forced === 'light' || forced === 'dark' ? forced : 'system'
}

function apply(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
  for (const listener of listeners) listener()
}

export function setTheme(theme: Theme): void {
  try {
    if (theme === 'system') localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, theme)
  } catch {
    // Not kept; still applied.
  }
  apply(theme)
}

// The other tabs of this browser follow.
window.addEventListener('storage', (event) => {
  if (event.key === KEY)
    apply(event.newValue === 'light' || event.newValue === 'dark' ? event.newValue : 'system')
})

export const useTheme = (): Theme =>
  useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, currentTheme)
