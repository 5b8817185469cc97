// The one listener for the keys of all commands.
import { observable } from '@/live/observable'
import { Listener, pressName } from './keys'
import { type Command, commandGroups, keysOf } from './registry'

const fields = 'input,textarea,select,[contenteditable]'
const floating = '[role="dialog"],[role="menu"],[role="listbox"]'
const modifiers = ['Shift', 'Control', 'Meta', 'AltGraph', 'CapsLock']
const OFF = 'nabiz.keys-off'

function keptOff(): boolean {
  try {
    return localStorage.getItem(OFF) !== null
  } catch {
    return false
  }
}
/** Keys without Ctrl can be switched off, for those who dictate or type by switches. */
export const plainKeys = observable(!keptOff())
export function setPlainKeys(on: boolean): void {
  plainKeys.set(on)
  try {
    if (on) localStorage.removeItem(OFF)
    else localStorage.setItem(OFF, '1')
  } catch {
    // Not kept; still applied.
  }
}

function* bindings(): Iterable<readonly [string, Command]> {
  for (const { commands } of commandGroups()) {
    for (const command of commands) {
      if (!command.run) continue
      for (const keys of keysOf(command)) yield [keys, command]
    }
  }
}

const listener = new Listener()

/** Is the key pressed in something that is only fading away? Its menu or field is over. */
export const isFading = (target: Element | null): boolean =>
  Boolean(target?.closest('.pop[data-exiting],.scrim[data-exiting]'))

function isOurs(event: KeyboardEvent, name: string): boolean {
  const target = event.target as Element | null
  if (document.querySelector('.scrim:not([data-exiting])')) return false
  if (name.startsWith('mod+') || (plainKeys.get() && isFading(target))) return true
  return plainKeys.get() && !target?.closest(fields) && !target?.closest(floating)
}

function hear(event: KeyboardEvent): void {
  const name = pressName(event)
  if (!name || event.isComposing || event.defaultPrevented || !isOurs(event, name)) return
  if (modifiers.includes(event.key)) return
  const heard = listener.hear(name, bindings(), performance.now())
  if (!heard) return
  event.preventDefault()
  if (heard !== 'wait') {
    event.stopPropagation()
    heard.run.run?.()
  }
}

/**
 * First keys are heard last, so that a widget may use them; the next key of a sequence is heard
 * first, so that `g a` never also means `a`.
 */
export function listenToKeys(): () => void {
  const early = (event: KeyboardEvent) => {
    if (!listener.isWaiting || modifiers.includes(event.key)) return
    hear(event)
    // A wrong letter ends the sequence; it must not be taken for a key of its own.
    if (event.key.length === 1 && !listener.isWaiting && isOurs(event, event.key)) {
      event.preventDefault()
      event.stopPropagation()
    }
  }
  window.addEventListener('keydown', early, { capture: true })
  window.addEventListener('keydown', hear)
  return () => {
    listener.reset()
    window.removeEventListener('keydown', early, { capture: true })
    window.removeEventListener('keydown', hear)
  }
}
