// What somebody was writing in a room: kept in this browser until it is sent, also over a restart.
import { observable, useObservable } from '@/live/observable'
import { session } from '@/session/session'
import type { Quote } from '@/wire/rooms'

export interface Draft {
  text: string
  replyTo?: Quote
  /** Picked among people of one name. */
  picked: readonly string[]
}

const KEY = 'nabiz.chat-drafts'
type Drafts = Readonly<Record<string, Draft>>

const nobody: Drafts = {}
const owner = (): string => (session.state.status === 'in' ? session.state.user.id : '')

function read(): Drafts {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? 'null') as {
      of: string
      drafts: Drafts
    } | null
    return kept && kept.of === owner() ? kept.drafts : nobody
  } catch {
    return nobody
  }
}

export const drafts = observable<Drafts>(read())

export const emptyDraft: Draft = { text: '', picked: [] }
const isEmpty = (draft: Draft) => draft.text === '' && !draft.replyTo

export function keepDraft(room: string, draft: Draft): void {
  const { [room]: _, ...others } = drafts.get()
  const next = isEmpty(draft) ? others : { ...others, [room]: draft }
  drafts.set(next)
  try {
    if (Object.keys(next).length === 0) localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, JSON.stringify({ of: owner(), drafts: next }))
  } catch {
    // Not kept; the field still holds it.
  }
}

export const useDraft = (room: string): Draft => useObservable(drafts)[room] ?? emptyDraft

/** Who signs out leaves nothing behind; a session that ran out keeps what was being written. */
export function followSession(): () => void {
  drafts.set(read())
  return session.subscribe(() => {
    if (session.state.status !== 'out' || session.state.reason === 'ended') return
    drafts.set(nobody)
    try {
      localStorage.removeItem(KEY)
    } catch {
      // Without storage nothing was kept.
    }
  })
}
