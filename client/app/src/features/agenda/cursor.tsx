// The one cell of the grid that the keyboard holds: arrows walk, Shift stretches, Enter books.
import { type KeyboardEvent, useEffect, useRef } from 'react'
import { dayLong, wallText } from './day-names'
import { DAY_MINUTES } from './days'
import { type Filled, MINUTE_PX } from './grid-model'
import type { Span } from './layout'
import { useAgendaTexts } from './texts'

export interface At {
  column: number
  span: Span
}

export function Cursor({
  at,
  column,
  count,
  snap,
  taken,
  onMove,
  onBook,
  onLeave,
}: {
  at: At
  column: Filled
  /** How many columns there are. */
  count: number
  snap: number
  /** What stands there, in words. */
  taken: string
  onMove: (at: At) => void
  onBook: (at: At) => void
  /** Beyond the first or last column. */
  onLeave: (by: 1 | -1) => void
}) {
  const t = useAgendaTexts()
  const ref = useRef<HTMLButtonElement>(null)
  const { span } = at
  // biome-ignore lint/correctness/useExhaustiveDependencies: follows the place
  useEffect(() => {
    if (document.activeElement === ref.current) ref.current?.scrollIntoView({ block: 'nearest' })
  }, [span.from, span.to, at.column])

  const length = span.to - span.from
  const to = (from: number) => {
    const start = Math.min(Math.max(0, from), DAY_MINUTES - snap)
    onMove({ ...at, span: { from: start, to: Math.min(start + length, DAY_MINUTES) } })
  }
  const aside = (by: 1 | -1) => {
    const next = at.column + by
    if (next < 0 || next >= count) onLeave(by)
    else onMove({ ...at, column: next })
  }
  const stretch = (by: number) =>
    onMove({
      ...at,
      span: {
        from: span.from,
        to: Math.min(Math.max(span.to + by, span.from + snap), DAY_MINUTES),
      },
    })
  const keys: Record<string, () => void> = {
    ArrowUp: () => to(span.from - snap),
    ArrowDown: () => to(span.from + snap),
    ArrowLeft: () => aside(-1),
    ArrowRight: () => aside(1),
    PageUp: () => to(span.from - 60),
    PageDown: () => to(span.from + 60),
    'shift+ArrowUp': () => stretch(-snap),
    'shift+ArrowDown': () => stretch(snap),
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const run = keys[event.shiftKey ? `shift+${event.key}` : event.key]
    if (!run) return
    event.preventDefault()
    event.stopPropagation()
    run()
  }
  const who = column.subject ? `${column.subject.name}, ` : ''
  return (
    <button
      ref={ref}
      type="button"
      className="tg-cursor"
      style={{ top: span.from * MINUTE_PX, height: (span.to - span.from) * MINUTE_PX }}
      aria-label={t('cell', {
        where: `${who}${dayLong(column.day)}`,
        when: `${wallText(span.from)}–${wallText(span.to)}`,
        taken: taken || t('free'),
      })}
      onKeyDown={onKeyDown}
      onClick={(event) => {
        event.stopPropagation()
        onBook(at)
      }}
    />
  )
}
