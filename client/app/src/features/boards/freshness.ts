// What a colleague or another system changed just now: a glow for two seconds, a quiet mark until
// the eighth, then nothing. At most five glow at once; more than that is only a flood of light.
import { useSyncExternalStore } from 'react'

export interface Mark {
  level: 0 | 1
  by: string | null
  moved: boolean
}
const GLOW_MS = 2000
const MARK_MS = 8000
const AT_ONCE = 5

export class Freshness {
  private readonly marks = new Map<string, Mark>()
  private readonly listeners = new Map<string, Set<() => void>>()
  private readonly timers = new Set<ReturnType<typeof setTimeout>>()

  get(id: string): Mark | undefined {
    return this.marks.get(id)
  }
  mark(id: string, by: string | null, moved: boolean): void {
    let glowing = 0
    for (const mark of this.marks.values()) if (mark.level === 0) glowing++
    if (glowing >= AT_ONCE) return
    const mark: Mark = { level: 0, by, moved }
    this.set(id, mark)
    this.later(GLOW_MS, () => {
      if (this.marks.get(id) !== mark) return
      const quiet: Mark = { ...mark, level: 1 }
      this.set(id, quiet)
      this.later(MARK_MS - GLOW_MS, () => {
        if (this.marks.get(id) === quiet) this.set(id, undefined)
      })
    })
  }
  stop(): void {
    for (const timer of this.timers) clearTimeout(timer)
  }
  subscribe(id: string, listener: () => void): () => void {
    let listeners = this.listeners.get(id)
    if (!listeners) {
      listeners = new Set()
      this.listeners.set(id, listeners)
    }
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0) this.listeners.delete(id)
    }
  }

  private set(id: string, mark: Mark | undefined): void {
    if (mark) this.marks.set(id, mark)
    else this.marks.delete(id)
    for (const listener of this.listeners.get(id) ?? []) listener()
  }
  private later(ms: number, run: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer)
      run()
    }, ms)
    this.timers.add(timer)
  }
}

export const useMark = (fresh: Freshness, id: string): Mark | undefined =>
  useSyncExternalStore(
    (listener) => fresh.subscribe(id, listener),
    () => fresh.get(id),
  )
