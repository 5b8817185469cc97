// What somebody was writing in a room: kept in this browser until it is sent, also over a restart.
// Each room has a key of its own, so that two windows do not write over each other's rooms.
import { observable, useObservable } from '@/live/observable'
import { session } from '@/session/session'
import type { Message, MessageId, Quote } from '@/wire/rooms'

/** Another text for a message of mine. */
export interface Edit {
  message: MessageId
  /** What stood there when it was begun. */
  was: string
  mentions: readonly string[]
  text: string
}
export interface Draft {
  text: string
  replyTo?: Quote
  /** Picked among people of one name. */
  picked: readonly string[]
  /** The last one is being written; the ones before it were left, or refused, and come after it. */
  edits?: readonly Edit[]
}

const PREFIX = 'nabiz.chat-draft:'
type Drafts = Readonly<Record<string, Draft>>

const nobody: Drafts = {}
const mine = (): string =>
  PREFIX + (session.state.status === 'in' ? `${session.state.user.id}:` : '')

function parsed(text: string | null): Draft | undefined {
  try {
    const draft = JSON.parse(text ?? 'null') as Draft | null
    return typeof draft?.text === 'string' && Array.isArray(draft.picked) ? draft : undefined
  } catch {
    return undefined
  }
}

function keys(prefix: string): string[] {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(prefix))
  } catch {
    return []
  }
}

function read(): Drafts {
  const prefix = mine()
  if (prefix === PREFIX) return nobody
  const found: Record<string, Draft> = {}
  for (const key of keys(prefix)) {
    const draft = parsed(localStorage.getItem(key))
    if (draft) found[key.slice(prefix.length)] = draft
  }
  return found
}

export const drafts = observable<Drafts>(read())

export const emptyDraft: Draft = { text: '', picked: [] }
const isEmpty = ({ text, replyTo, edits = [] }: Draft) =>
  text === '' && !replyTo && edits.length === 0

const draftOf = (room: string): Draft => drafts.get()[room] ?? emptyDraft

function show(room: string, draft: Draft | undefined): void {
  const { [room]: _, ...others } = drafts.get()
  drafts.set(draft ? { ...others, [room]: draft } : others)
}

export function keepDraft(room: string, draft: Draft): void {
  const isOver = isEmpty(draft)
  show(room, isOver ? undefined : draft)
  try {
    if (isOver) localStorage.removeItem(mine() + room)
    else localStorage.setItem(mine() + room, JSON.stringify(draft))
  } catch {
    // Not kept; the field still holds it.
  }
}

/** What is said changes; what is being corrected stays. */
export function keepWords(room: string, words: Omit<Draft, 'edits'>): void {
  const { edits } = draftOf(room)
  keepDraft(room, { ...words, ...(edits ? { edits } : {}) })
}

export const useDraft = (room: string): Draft => useObservable(drafts)[room] ?? emptyDraft

// Edits

const keepEdits = (room: string, edits: readonly Edit[]): void =>
  keepDraft(room, { ...draftOf(room), edits })

export const editOf = ({ edits }: Draft): Edit | undefined => edits?.at(-1)

/** Begins to correct a message, or goes on with it. */
export function beginEdit(room: string, { id, text, mentions }: Message): void {
  const { edits = [] } = draftOf(room)
  const begun = edits.find((each) => each.message === id)
  const others = edits.filter((each) => each !== begun && each.text !== each.was)
  keepEdits(room, [...others, begun ?? { message: id, was: text, mentions, text }])
}
export function writeEdit(room: string, text: string): void {
  const { edits = [] } = draftOf(room)
  const now = edits.at(-1)
  if (now) keepEdits(room, [...edits.slice(0, -1), { ...now, text }])
}
/** Given to the server, or not wanted any more. */
export const endEdit = (room: string): void =>
  keepEdits(room, draftOf(room).edits?.slice(0, -1) ?? [])
/** Refused: it waits below what is being corrected by now, and never in place of it. */
export function giveBackEdit(room: string, edit: Edit): void {
  const { edits = [] } = draftOf(room)
  if (edits.every((each) => each.message !== edit.message)) keepEdits(room, [edit, ...edits])
}

/** Another window of this browser wrote. */
function heard({ key, newValue }: StorageEvent): void {
  const prefix = mine()
  if (key === null) drafts.set(read())
  else if (prefix !== PREFIX && key.startsWith(prefix))
    show(key.slice(prefix.length), parsed(newValue))
}

/** Who signs out leaves nothing behind; a session that ran out keeps what was being written. */
export function followSession(): () => void {
  drafts.set(read())
  window.addEventListener('storage', heard)
  const hush = session.subscribe(() => {
    if (session.state.status !== 'out' || session.state.reason === 'ended') return
    drafts.set(nobody)
    for (const key of keys(PREFIX)) localStorage.removeItem(key)
  })
  return () => {
    window.removeEventListener('storage', heard)
    hush()
  }
}
