// The short name of a tenant: what a person would write by hand from the company's name.
import { fold } from '@/i18n/fold'

const LEGAL_FORMS = new Set([
  'ltd',
  'sti',
  'as',
  'a',
  's',
  've',
  'san',
  'tic',
  'limited',
  'sirketi',
])
const MAX = 40

export function suggestSlug(name: string): string {
  const words = fold(name)
    .split(/[^a-z0-9]+/)
    .filter(Boolean)
  const telling = words.filter((word) => !LEGAL_FORMS.has(word))
  let slug = ''
  for (const word of telling.length ? telling : words) {
    const next = slug ? `${slug}-${word}` : word
    if (next.length > MAX) break
    slug = next
  }
  return slug || words.join('-').slice(0, MAX)
}

export const isSlug = (text: string): boolean =>
  /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(text) && text.length >= 3 && text.length <= 63
