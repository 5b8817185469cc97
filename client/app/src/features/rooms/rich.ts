// A message's text in pieces: words, addresses, names of those it mentions. Text only; never HTML.
export type Piece =
  | { kind: 'text'; at: number; text: string }
  | { kind: 'link'; at: number; text: string; href: string }
  | { kind: 'mention'; at: number; text: string; user: string }

const address = /(?:https?:\/\/|www\.)[^\s<>"]+/giu
/** What ends a sentence does not belong to the address before it. */
const ENDS = `.,;:!?'")]}…`
function withoutEnd(found: string): string {
  let end = found.length
  while (end > 0 && ENDS.includes(found[end - 1] ?? ' ')) end--
  return found.slice(0, end)
}

function safeHref(text: string): string | undefined {
  try {
    const url = new URL(text.startsWith('www.') ? `https://${text}` : text)
    return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : undefined
  } catch {
    return undefined
  }
}

function links(text: string, offset: number): Piece[] {
  const pieces: Piece[] = []
  let end = 0
  const say = (until: number) => {
    if (until > end) pieces.push({ kind: 'text', at: offset + end, text: text.slice(end, until) })
  }
  for (const match of text.matchAll(address)) {
    const found = withoutEnd(match[0])
    const href = safeHref(found.replace(/^www\./iu, 'www.'))
    if (!href) continue
    say(match.index)
    pieces.push({ kind: 'link', at: offset + match.index, text: found, href })
    end = match.index + found.length
  }
  say(text.length)
  return pieces
}

export interface Named {
  id: string
  name: string
}

const isLetter = (char: string | undefined): boolean =>
  char !== undefined && /[\p{L}\p{N}]/u.test(char)

/** Where names with an @ stand; of two that fit, the longer one. */
function named(
  text: string,
  people: readonly Named[],
): { at: number; end: number; user: string }[] {
  const longest = [...people]
    .filter((one) => one.name)
    .sort((a, b) => b.name.length - a.name.length)
  const found: { at: number; end: number; user: string }[] = []
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    if (isLetter(text[at - 1])) continue
    const one = longest.find(
      ({ name }) => text.startsWith(name, at + 1) && !isLetter(text[at + 1 + name.length]),
    )
    if (one) found.push({ at, end: at + 1 + one.name.length, user: one.id })
  }
  return found
}

export function pieces(text: string, mentioned: readonly Named[]): Piece[] {
  const all: Piece[] = []
  let end = 0
  for (const { at, end: until, user } of named(text, mentioned)) {
    all.push(...links(text.slice(end, at), end))
    all.push({ kind: 'mention', at, text: text.slice(at, until), user })
    end = until
  }
  return [...all, ...links(text.slice(end), end)]
}

const MENTIONS_MOST = 50

/** Whom a text mentions; of people of one name, those who were picked. */
export function mentionsIn(
  text: string,
  people: readonly Named[],
  picked: ReadonlySet<string>,
): string[] {
  const order = [...people].sort((a, b) => Number(picked.has(b.id)) - Number(picked.has(a.id)))
  return [...new Set(named(text, order).map(({ user }) => user))].slice(0, MENTIONS_MOST)
}

export interface MentionQuery {
  /** Where the @ stands. */
  at: number
  typed: string
}

const LONGEST = 40

/** The name that is being typed at the caret, if one is. */
export function mentionAt(text: string, caret: number): MentionQuery | undefined {
  const at = text.lastIndexOf('@', caret - 1)
  if (at < 0 || isLetter(text[at - 1])) return undefined
  const typed = text.slice(at + 1, caret)
  return typed.length > LONGEST || /\n|^\s|\s\s/u.test(typed) ? undefined : { at, typed }
}
