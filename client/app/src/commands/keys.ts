// Key sequences. Keys are matched folded, so that i, ı, I and İ are one on every layout.
import { foldKey } from '@/i18n/fold'

export interface Press {
  key: string
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
  shiftKey: boolean
}

/** `mod+shift+ArrowUp`, `n`, `?`. Shift counts only for named keys: it is how `?` is typed. */
export function pressName(press: Press): string | undefined {
  if (press.altKey) return undefined
  const key = foldKey(press.key)
  const mod = press.ctrlKey || press.metaKey ? 'mod+' : ''
  const shift = press.shiftKey && key.length > 1 ? 'shift+' : ''
  return mod + shift + key
}

export type Heard<T> = { run: T } | 'wait' | undefined

const PAUSE_MS = 1000

/** Hears presses one by one; a sequence waits a second for its next key. */
export class Listener {
  private begun: string[] = []
  private at = 0

  get isWaiting(): boolean {
    return this.begun.length > 0
  }
  reset(): void {
    this.begun = []
  }
  hear<T>(
    name: string,
    bindings: Iterable<readonly [keys: string, run: T]>,
    now: number,
  ): Heard<T> {
    if (now - this.at > PAUSE_MS) this.begun = []
    this.at = now
    const heard = [...this.begun, name]
    this.begun = []
    const text = heard.join(' ')
    let isBeginning = false
    for (const [keys, run] of bindings) {
      if (keys === text) return { run }
      if (keys.startsWith(`${text} `)) isBeginning = true
    }
    if (!isBeginning) return undefined
    this.begun = heard
    return 'wait'
  }
}

const named: Record<string, string> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  Backspace: '⌫',
}

/** For people: `mod+k` as ["Ctrl", "K"] or ["⌘", "K"], `g p` as ["G", "P"]. */
export function keyCaps(keys: string, isMac: boolean): string[] {
  if (keys === ' ') return ['Space']
  return keys.split(' ').flatMap((part) =>
    part.split('+').map((key) => {
      if (key === 'mod') return isMac ? '⌘' : 'Ctrl'
      if (key === 'shift') return '⇧'
      return named[key] ?? (key.length === 1 ? key.toUpperCase() : key)
    }),
  )
}
