// Where a person was going when the sign-in came between.

/** Only places inside the app: an address from outside must not send anyone away. */
export function safeNext(next: string | undefined): string {
  if (!next || !/^\/(?![/\\])/.test(next)) return '/'
  return next.startsWith('/sign-') ? '/' : next
}

export interface SignInSearch {
  next?: string
}
export const signInSearch = (search: Record<string, unknown>): SignInSearch =>
  typeof search.next === 'string' ? { next: search.next } : {}

/** The secret of an invitation or reset link stands behind `#`, so that no server log keeps it. */
export function tokenFromFragment(hash: string): string {
  const text = hash.replace(/^#/, '')
  const params = new URLSearchParams(text)
  return params.get('token') ?? (text.includes('=') ? '' : text)
}
