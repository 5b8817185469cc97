// What the palette finds: every typed word must be found in the title or the further words. Folded
// as the Turkish search is, so that "isik" finds "Işık".
import { fold } from '@/i18n/fold'
import type { Command } from './registry'

/** 0 is no match; the beginning of the title counts most. */
export function score(query: string, title: string, words = ''): number {
  const wanted = fold(query)
  if (wanted === '') return 1
  const text = fold(title)
  if (text === wanted) return 1000
  const parts = text.split(/[^\p{L}\p{N}]+/u).filter(Boolean)
  const others = fold(words).split(' ').filter(Boolean)
  let sum = text.startsWith(wanted) ? 200 : 0
  for (const word of wanted.split(' ')) {
    const found = scoreWord(word, text, parts, others)
    if (found === 0) return 0
    sum += found
  }
  // Among equals the shorter title is the better answer.
  return sum + 1 / (1 + text.length)
}

function scoreWord(
  word: string,
  text: string,
  parts: readonly string[],
  others: readonly string[],
): number {
  if (parts.includes(word)) return 30
  if (parts.some((part) => part.startsWith(word))) return 20
  if (others.some((part) => part.startsWith(word))) return 12
  if (word.length > 1 && text.includes(word)) return 6
  const initials = parts.map((part) => part[0]).join('')
  return word.length > 1 && initials.startsWith(word) ? 8 : 0
}

export interface Found {
  command: Command
  /** The command it is a child of. */
  under?: Command
}

const MOST = 60
const RECENT_BONUS = 5

/** The best answers over all commands and their children; the order given breaks ties. */
export function search(
  query: string,
  commands: readonly Command[],
  recent: readonly string[] = [],
): Found[] {
  const found: { hit: Found; points: number }[] = []
  const look = (command: Command, under?: Command) => {
    const title = under ? `${under.title} ${command.title}` : command.title
    const words = under ? `${under.words ?? ''} ${command.words ?? ''}` : command.words
    let points = score(query, title, words)
    if (points === 0) return
    if (recent.includes(command.id)) points += RECENT_BONUS
    if (under) points -= 1
    found.push({ hit: under ? { command, under } : { command }, points })
  }
  for (const command of commands) {
    if (command.keyOnly) continue
    look(command)
    for (const child of command.children?.() ?? []) look(child, command)
  }
  return found
    .sort((a, b) => b.points - a.points)
    .slice(0, MOST)
    .map(({ hit }) => hit)
}
