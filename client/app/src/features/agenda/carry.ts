// Moving and stretching an appointment by keys: `m` or `r` takes it, arrows carry, Enter lets go,
// Escape leaves it where it was.
import { type KeyboardEvent, useState } from 'react'
import { foldKey } from '@/i18n/fold'
import { announce } from '@/ui/announce'
import { dayLong, wallText } from './day-names'
import { DAY_MINUTES } from './days'
import type { Draft } from './drag'
import { type Filled, isHandle, whole } from './grid-model'
import { shifted } from './layout'
import type { Entry } from './range'
import { useAgendaTexts } from './texts'

type Carried = Draft & { entry: Entry }

export function useCarry({
  columns,
  snap,
  enabled,
  onDrop,
}: {
  columns: readonly Filled[]
  snap: number
  enabled: boolean
  onDrop: (draft: Carried) => void
}) {
  const t = useAgendaTexts()
  const [held, hold] = useState<Carried>()

  const say = ({ column, span }: Carried) => {
    const at = columns[column]
    if (!at) return
    const who = at.subject ? `${at.subject.name}, ` : ''
    announce(`${who}${dayLong(at.day)}, ${wallText(span.from)}–${wallText(span.to % DAY_MINUTES)}`)
  }
  const carry = (next: Carried) => {
    hold(next)
    say(next)
  }

  const onKey = (event: KeyboardEvent, entry: Entry, column: number): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const day = columns[column]?.day
    if (!held) {
      const key = foldKey(event.key)
      if ((key !== 'm' && key !== 'r') || !enabled || !day || event.defaultPrevented) return
      // Held or not, the key is about this appointment and must not turn the view.
      event.preventDefault()
      event.stopPropagation()
      if (!isHandle(entry, day)) return announce(t('cannotMove'))
      const kind = key === 'm' ? 'move' : 'end'
      hold({ kind, entry, home: column, column, span: whole(entry) })
      announce(t(kind === 'move' ? 'carrying' : 'stretching'))
      return
    }
    if (held.entry.key !== entry.key) return
    const { span } = held
    const by = event.key === 'ArrowUp' ? -snap : event.key === 'ArrowDown' ? snap : 0
    if (by) {
      const next =
        held.kind === 'move'
          ? shifted(span, by)
          : { from: span.from, to: Math.max(span.to + by, span.from + snap) }
      carry({ ...held, span: next })
    } else if (held.kind === 'move' && (event.key === 'ArrowLeft' || event.key === 'ArrowRight')) {
      const next = held.column + (event.key === 'ArrowLeft' ? -1 : 1)
      if (columns[next]) carry({ ...held, column: next })
    } else if (event.key === 'Enter' || event.key === ' ') {
      hold(undefined)
      onDrop(held)
    } else if (event.key === 'Escape') {
      hold(undefined)
      announce(t('putBack'))
    } else if (event.key === 'Tab') {
      hold(undefined)
      return
    } else return
    event.preventDefault()
    event.stopPropagation()
  }
  return { held, onKey }
}
