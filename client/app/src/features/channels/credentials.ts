// Credentials as they are typed, and how a request with them is told from another.
import { uuidv7 } from '@/live/ids'
import type { Credential } from '@/wire/channels'

export const credentials: readonly Credential[] = ['app_secret', 'verify_token', 'access_token']

/** What the server takes: 8 to 1,000 letters of ASCII, no blank. */
export const isCredential = (text: string): boolean => /^[\x21-\x7e]{8,1000}$/.test(text)

const BYTES = 24
/** A verify token that nobody guesses. */
export function freshToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(BYTES))
  const text = btoa(String.fromCharCode(...bytes))
  return text.replaceAll('+', '-').replaceAll('/', '_')
}

/** One key for one body: a second press, or a lost answer, makes nothing twice. */
export function idempotent(): (body: unknown) => string {
  let said = ''
  let key = ''
  return (body) => {
    const text = JSON.stringify(body)
    if (text !== said) {
      said = text
      key = uuidv7()
    }
    return key
  }
}
