// One appointment in a month: a line in its day's cell, or on a phone in the list below.
import { type CSSProperties, useEffect } from 'react'
import { useMark } from '@/features/boards/freshness'
import { clock } from '@/i18n/format'
import { changes } from './changes'
import { nameOf } from './commands'
import type { Day } from './days'
import { isHandle } from './grid-model'
import { heardOf, isLate, StateMark, spokenOf, timeText } from './item'
import type { MonthProps } from './month'
import type { MonthMove } from './month-move'
import { type Entry, isKnown } from './range'
import { coloursOf, subjectOf } from './subjects'
import { useAgendaTexts } from './texts'

interface LineProps extends MonthProps {
  entry: Entry
  /** The day in whose cell it stands. */
  cell: Day
  move: MonthMove
}

export function Line({ entry, cell, move, ...props }: LineProps) {
  const t = useAgendaTexts()
  const { now, serviceOf, subjects, onOpen } = props
  const mark = useMark(changes, entry.key)
  const { of } = entry
  const { leave } = move
  useEffect(() => () => leave(entry.key), [leave, entry.key])
  const service = serviceOf(of?.service_id ?? null)
  const names = entry.people
    .map((id) => subjects.find((each) => each.id === id)?.name ?? '')
    .filter(Boolean)
  const colours = coloursOf(subjectOf(entry, subjects))
  if (!of) {
    return (
      <span className="mline busy" style={colours}>
        <span className="vh">{spokenOf(entry, now, undefined, names)}</span>
        <span aria-hidden="true" className="el">
          {clock(entry.starts)} {t('busy')}
        </span>
      </span>
    )
  }
  const name = nameOf(of, service)
  return (
    <button
      type="button"
      className="mline"
      style={colours}
      title={[timeText(entry.starts, entry.ends), name, ...names].join(' · ')}
      data-entry={entry.key}
      data-state={of.state}
      data-late={isLate(of, now) || undefined}
      data-pending={entry.pending || undefined}
      data-open={entry.key === props.openId || undefined}
      data-fresh={mark?.level}
      data-handle={(props.canEdit && isHandle(entry, cell)) || undefined}
      data-carried={move.held?.entry.key === entry.key || undefined}
      aria-haspopup="dialog"
      onPointerDown={(event) => move.onPointerDown(event, entry, cell)}
      onKeyDown={(event) => move.onKeyDown(event, entry, cell)}
      onBlur={() => leave(entry.key)}
      onClick={() => isKnown(entry) && onOpen(of.id)}
    >
      <span className="mtime">{clock(entry.starts)}</span>
      <span className="el">{name}</span>
      <StateMark of={of} now={now} />
      <span className="vh">
        –{clock(entry.ends)}, {heardOf(of, now, names)}
      </span>
    </button>
  )
}

/** Where it would stand, while it is carried. */
export function Shadow({
  entry,
  style,
  name,
}: {
  entry: Entry
  style: CSSProperties
  name: string
}) {
  return (
    <span className="mline mshadow" style={style} aria-hidden="true">
      <span className="mtime">{clock(entry.starts)}</span>
      <span className="el">{name}</span>
    </span>
  )
}
