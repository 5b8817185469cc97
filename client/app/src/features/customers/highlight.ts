// Which part of a text a search found. Folding can change the length of a text, so every folded
// letter remembers where it came from.
import { fold } from '@/i18n/fold'

export interface Piece {
  text: string
  hit: boolean
  at: number
}

function folded(text: string): { letters: string; origin: number[] } {
  let letters = ''
  const origin: number[] = []
  let at = 0
  for (const letter of text) {
    const low = fold(letter) || (/\s/.test(letter) ? ' ' : '')
    for (let i = 0; i < low.length; i++) origin.push(at)
    letters += low
    at += letter.length
  }
  origin.push(text.length)
  return { letters, origin }
}

/** Every searched word that begins a word of the text; digits are found anywhere (phones). */
export function highlight(text: string, query: string): Piece[] {
  const words = fold(query)
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
  if (words.length === 0) return [{ text, hit: false, at: 0 }]
  const { letters, origin } = folded(text)
  const marks = new Array<boolean>(text.length).fill(false)
  for (const word of words) {
    const anywhere = /^\d+$/.test(word)
    let from = letters.indexOf(word)
    while (from >= 0) {
      if (anywhere || from === 0 || !/[\p{L}\p{N}]/u.test(letters[from - 1] ?? ' '))
        marks.fill(true, origin[from], origin[from + word.length])
      from = letters.indexOf(word, from + 1)
    }
  }
  const pieces: Piece[] = []
  for (let i = 0; i < text.length; i++) {
    const hit = marks[i] ?? false
    const last = pieces.at(-1)
    if (last && last.hit === hit) last.text += text[i]
    else pieces.push({ text: text[i] ?? '', hit, at: i })
  }
  return pieces.length > 0 ? pieces : [{ text, hit: false, at: 0 }]
}
