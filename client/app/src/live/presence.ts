// Who is here, and what they hold in their hands. Never stored, never replayed.
import type { Eph, Place, Pres, PresenceRecord } from '@/wire/frames'
import type { UserId } from '@/wire/records'
import { observable } from './observable'

export interface Holding {
  by: UserId
  cards: string[]
  until: number
}
export interface TopicPresence {
  people: readonly PresenceRecord[]
  holding: readonly Holding[]
  typing: readonly { by: UserId; at: Place; until: number }[]
}

/** A colleague's drag or typing is forgotten when nothing more is heard of it. */
const HOLD_MS = 6000
const TYPING_MS = 5000
const nobody: TopicPresence = { people: [], holding: [], typing: [] }

export class Presence {
  readonly state = observable<TopicPresence>(nobody)
  private timer: ReturnType<typeof setTimeout> | undefined

  pres(frame: Pres): void {
    const now = this.state.get()
    let people = now.people
    if (frame.full) people = frame.full
    const changed = frame.join ?? frame.update
    if (changed) people = [...people.filter((p) => p.user !== changed.user), changed]
    const left = frame.leave?.user
    if (left) people = people.filter((p) => p.user !== left)
    const holding = left ? now.holding.filter((h) => h.by !== left) : now.holding
    const typing = left ? now.typing.filter((t) => t.by !== left) : now.typing
    this.state.set({ people, holding, typing })
  }

  eph(frame: Eph): void {
    const now = this.state.get()
    const { by, d } = frame
    if (frame.k === 'dragging') {
      const holding = now.holding.filter((h) => h.by !== by)
      const cards = Array.isArray(d.cards) ? (d.cards as string[]) : d.card ? [String(d.card)] : []
      if (cards.length > 0) holding.push({ by, cards, until: Date.now() + HOLD_MS })
      this.state.set({ ...now, holding })
    } else if (frame.k === 'typing') {
      const typing = now.typing.filter((t) => t.by !== by)
      typing.push({ by, at: d as Place, until: Date.now() + TYPING_MS })
      this.state.set({ ...now, typing })
    } else if (frame.k === 'viewing') {
      const people = now.people.map((p) => (p.user === by ? { ...p, at: d as Place } : p))
      this.state.set({ ...now, people })
    } else if (frame.k === 'away') {
      const state = d.idle ? 'idle' : 'online'
      const people = now.people.map((p) =>
        p.user === by ? ({ ...p, state } as PresenceRecord) : p,
      )
      this.state.set({ ...now, people })
    }
    this.expireLater()
  }

  clear(): void {
    clearTimeout(this.timer)
    this.state.set(nobody)
  }

  private expireLater(): void {
    const { holding, typing } = this.state.get()
    if (holding.length + typing.length === 0) return
    const next = Math.min(...[...holding, ...typing].map((x) => x.until))
    clearTimeout(this.timer)
    this.timer = setTimeout(
      () => {
        const time = Date.now()
        const now = this.state.get()
        this.state.set({
          ...now,
          holding: now.holding.filter((h) => h.until > time),
          typing: now.typing.filter((t) => t.until > time),
        })
        this.expireLater()
      },
      Math.max(50, next - Date.now() + 10),
    )
  }
}
