// How hard a password is to guess, as a person would judge it: length first, then how much of it
// is a pattern or stands in the form above it. The server's own rule (ten characters) is level 0.
import { fold } from '@/i18n/fold'

export type Strength = 0 | 1 | 2 | 3 | 4
export const MIN_PASSWORD = 10

const COMMON = [
  'password',
  'parola',
  'sifre',
  'qwerty',
  'asdfgh',
  '123456',
  'fenerbahce',
  'galatasaray',
  'besiktas',
  'istanbul',
  'iloveyou',
  'admin',
]
const RUNS = 'abcdefghijklmnopqrstuvwxyz 01234567890 qwertyuiop asdfghjkl zxcvbnm'

/** How many characters carry news: repeats, runs and known words count once. */
function telling(text: string, known: readonly string[]): number {
  let rest = text
  let worth = 0
  for (const word of known) {
    if (word.length >= 4 && rest.includes(word)) {
      rest = rest.replaceAll(word, ' ')
      worth += 1
    }
  }
  for (let i = 0; i < rest.length; i++) {
    const pair = rest.slice(i - 1, i + 1)
    if (rest[i] === ' ' || (i > 0 && (rest[i] === rest[i - 1] || RUNS.includes(pair))))
      worth += 0.25
    else worth += 1
  }
  return worth
}

export function strengthOf(password: string, alsoOnForm: readonly string[] = []): Strength {
  if ([...password].length < MIN_PASSWORD) return 0
  const known = [...COMMON, ...alsoOnForm.flatMap((text) => fold(text).split(/[^a-z0-9]+/))]
  const kinds = [/\p{Ll}/u, /\p{Lu}/u, /\d/, /[^\p{L}\d]/u].filter((kind) =>
    kind.test(password),
  ).length
  const worth = telling(fold(password), known) + (kinds - 1) * 1.5
  if (worth < 8) return 1
  if (worth < 12) return 2
  return worth < 16 ? 3 : 4
}
