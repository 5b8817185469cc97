// One sentence and one action at the bottom, for eight seconds; hover and focus stop the clock.
import { X } from 'lucide-react'
import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { useCommonTexts } from '@/i18n/common'
import { Icon } from './icon'

const LIFETIME_MS = 8000

export interface ToastAction {
  label: string
  run: () => void
}
interface Toast {
  id: number
  text: string
  action?: ToastAction
  /** A newer toast with the same key takes the place of the older one. */
  key?: string
  bornAt: number
}

let toasts: readonly Toast[] = []
let nextId = 1
const listeners = new Set<() => void>()
const set = (next: readonly Toast[]) => {
  toasts = next
  for (const listener of listeners) listener()
}

export function toast(text: string, options: { action?: ToastAction; key?: string } = {}): void {
  const kept = options.key ? toasts.filter((t) => t.key !== options.key) : toasts
  set([...kept.slice(-2), { id: nextId++, text, bornAt: Date.now(), ...options }])
}
export const dismissToast = (id: number): void => set(toasts.filter((t) => t.id !== id))

/** Takes back what is no longer true. */
export const dismissToasts = (text: string): void => set(toasts.filter((t) => t.text !== text))

function ToastView({ item }: { item: Toast }) {
  const t = useCommonTexts()
  const [held, setHeld] = useState(false)
  const left = useRef(LIFETIME_MS)
  useEffect(() => {
    if (held) return
    const startedAt = Date.now()
    const timer = setTimeout(() => dismissToast(item.id), left.current)
    return () => {
      left.current -= Date.now() - startedAt
      clearTimeout(timer)
    }
  }, [held, item.id])
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: hover only stops the clock
    <div
      className="toast"
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <span>{item.text}</span>
      {item.action && (
        <button
          type="button"
          onClick={() => {
            item.action?.run()
            dismissToast(item.id)
          }}
        >
          {item.action.label}
        </button>
      )}
      <button
        type="button"
        className="x"
        aria-label={t('close')}
        onClick={() => dismissToast(item.id)}
      >
        <Icon of={X} size="s" />
      </button>
    </div>
  )
}

export function Toasts() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => toasts,
  )
  return (
    <div className="toasts" role="status" aria-live="polite">
      {shown.map((item) => (
        <ToastView key={item.id} item={item} />
      ))}
    </div>
  )
}
