// An address as it is shown: a path may hold a secret, so that lists show its beginning only.
export function hostOf(url: string): string {
  try {
    return new URL(url).host
  } catch {
    return url
  }
}

const SHOWN = 18
export function pathOf(url: string): string {
  try {
    const { pathname, search } = new URL(url)
    const path = pathname + search
    return path === '/' ? '' : path.length > SHOWN ? `${path.slice(0, SHOWN)}…` : path
  } catch {
    return ''
  }
}

/** What the server would refuse anyway, said while typing ends. */
export const looksLikeAddress = (url: string): boolean => {
  try {
    return new URL(url.trim()).protocol.startsWith('http')
  } catch {
    return false
  }
}

// How the state of a webhook is said

import type { Webhook } from '@/wire/rules'

export type Health = 'on' | 'failing' | 'off' | 'paused'
export const healthOf = (
  hook: Pick<Webhook, 'enabled' | 'off_because' | 'failing_since'>,
): Health =>
  hook.enabled
    ? hook.failing_since
      ? 'failing'
      : 'on'
    : hook.off_because === 'failing'
      ? 'paused'
      : 'off'
