// Which cards the address asks for.
import { fold } from '@/i18n/fold'
import type { Card } from '@/wire/records'
import type { BoardSearch } from './search'

export type CardFilter = (card: Card) => boolean

export const isOverdue = (card: Card, now = Date.now()): boolean =>
  card.next_due_at !== null && Date.parse(card.next_due_at) < now

const hits = (wanted: readonly string[] | undefined, has: (value: string) => boolean): boolean =>
  !wanted || wanted.length === 0 || wanted.some(has)

/** Undefined when nothing is asked for. */
export function cardFilter(search: BoardSearch): CardFilter | undefined {
  if (Object.keys(search).length === 0) return undefined
  const words = fold(search.q ?? '')
    .split(/\s+/)
    .filter(Boolean)
  return (card) => {
    if (search.overdue && !isOverdue(card)) return false
    const owned = (id: string) =>
      id === 'none' ? card.owners.length === 0 : card.owners.includes(id)
    if (!hits(search.owner, owned)) return false
    if (!hits(search.source, (s) => card.source === s)) return false
    if (!hits(search.quality, (q) => card.quality === q)) return false
    if (!hits(search.tag, (t) => card.tags.includes(t))) return false
    if (words.length === 0) return true
    const text = fold(`${card.title} ${card.need ?? ''} ${card.tags.join(' ')}`)
    const digits = (card.phone ?? '').replace(/\D/g, '')
    return words.every((w) => text.includes(w) || (/^\d{3,}$/.test(w) && digits.includes(w)))
  }
}
