// An appointment goes to another day of the month and keeps its time and length: carried by mouse or
// finger, or taken by `m` and sent by arrows.
import {
  type KeyboardEvent,
  type PointerEvent as ReactPointerEvent,
  useCallback,
  useEffect,
  useRef,
  useState,
} from 'react'
import { foldKey } from '@/i18n/fold'
import { announce } from '@/ui/announce'
import { toast } from '@/ui/toasts'
import { dayLong } from './day-names'
import { addDays, atMinute, type Day, dayOf, minuteOf } from './days'
import { isHandle } from './grid-model'
import { timeText } from './item'
import { press } from './press'
import type { Entry } from './range'
import { useAgendaTexts } from './texts'

export interface Carried {
  entry: Entry
  /** The day it would go to. */
  day: Day
}

/** The same hour on another day, as long as before. */
export function onDay({ starts, ends }: Entry, day: Day): { starts: Date; ends: Date } {
  const to = atMinute(day, minuteOf(starts))
  return { starts: to, ends: new Date(to.getTime() + ends.getTime() - starts.getTime()) }
}

const steps: Record<string, number | undefined> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  ArrowUp: -7,
  ArrowDown: 7,
}

const dayAt = (x: number, y: number): Day | undefined =>
  document.elementFromPoint(x, y)?.closest<HTMLElement>('[data-cell]')?.dataset.cell

export interface MonthMoveOptions {
  days: readonly Day[]
  entries: readonly Entry[]
  enabled: boolean
  onMove: (entry: Entry, day: Day) => void
}

export interface MonthMove {
  held: Carried | undefined
  onPointerDown: (event: ReactPointerEvent<HTMLElement>, entry: Entry, home: Day) => void
  onKeyDown: (event: KeyboardEvent, entry: Entry, home: Day) => void
  /** Its line has lost the keyboard, or is not there any more. */
  leave: (key: string) => void
}

export function useMonthMove(options: MonthMoveOptions): MonthMove {
  const t = useAgendaTexts()
  const latest = useRef(options)
  latest.current = options
  const [held, hold] = useState<Carried>()
  const end = useRef<() => void>(() => {})
  useEffect(() => () => end.current(), [])

  // What is held by keys; the pointer lets go by itself.
  const byKeys = useRef<string>(undefined)
  const leave = useCallback(
    (key: string) => {
      if (byKeys.current !== key) return
      byKeys.current = undefined
      hold(undefined)
      announce(t('putBack'))
    },
    [t],
  )

  // A colleague may have changed it meanwhile: it goes as it is now, or not at all.
  const drop = ({ entry: { key }, day }: Carried) => {
    const now = latest.current.entries.find((each) => each.key === key)
    if (!now || !isHandle(now, dayOf(now.starts))) return toast(t('cannotMove'))
    if (day !== dayOf(now.starts)) latest.current.onMove(now, day)
  }

  const onPointerDown = (event: ReactPointerEvent<HTMLElement>, entry: Entry, home: Day) => {
    if (event.button !== 0 || !latest.current.enabled || !isHandle(entry, home)) return
    let current: Carried = { entry, day: home }
    end.current = press(event, {
      kind: 'move',
      scroller: event.currentTarget.closest<HTMLElement>('.month'),
      draw: ({ x, y }) => {
        // Beside the days it is where it was.
        current = { entry, day: dayAt(x, y) ?? home }
        hold(current)
      },
      drop: () => drop(current),
      off: () => {
        hold(undefined)
        end.current = () => {}
      },
    })
  }

  const onKeyDown = (event: KeyboardEvent, entry: Entry, home: Day) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (!held) {
      if (foldKey(event.key) !== 'm' || !latest.current.enabled || event.defaultPrevented) return
      // Held or not, the key is about this appointment and must not turn the view.
      event.preventDefault()
      event.stopPropagation()
      if (!isHandle(entry, home)) return announce(t('cannotMove'))
      byKeys.current = entry.key
      hold({ entry, day: home })
      announce(t('carrying'))
      return
    }
    if (held.entry.key !== entry.key) return
    const by = steps[event.key]
    if (by) {
      const day = addDays(held.day, by)
      if (latest.current.days.includes(day)) {
        hold({ entry, day })
        const { starts, ends } = onDay(entry, day)
        announce(`${dayLong(day)}, ${timeText(starts, ends)}`)
      }
    } else if (event.key === 'Enter' || event.key === ' ') {
      byKeys.current = undefined
      hold(undefined)
      // Its line goes to another cell, and the keyboard goes along.
      event.currentTarget
        .closest('.month')
        ?.querySelector<HTMLElement>(`[data-day="${held.day}"]`)
        ?.focus()
      drop(held)
    } else if (event.key === 'Escape') leave(entry.key)
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return { held, onPointerDown, onKeyDown, leave }
}
