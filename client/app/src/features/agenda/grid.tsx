// Days or people side by side, hours from top to bottom. Draw to book, carry to move, stretch an
// edge; the same by keys.
import './grid.css'
import { useEffect, useMemo, useRef, useState } from 'react'
import { usePeople } from '@/features/customers/people'
import { Avatar } from '@/ui/avatar'
import { Icon } from '@/ui/icon'
import type { Service } from '@/wire/agenda'
import { useCarry } from './carry'
import { type At, Cursor } from './cursor'
import { dayLong, dayNumber, dayShort, wallText } from './day-names'
import { DAY_MINUTES, type Day, dayOf, minuteOf } from './days'
import { type Draft, useGridDrag } from './drag'
import {
  type Column,
  type Facts,
  type Filled,
  fill,
  HOUR_PX,
  isHandle,
  MINUTE_PX,
} from './grid-model'
import { Item, spokenOf } from './item'
import { resourceIcon } from './kinds'
import { type Span, workdayOf } from './layout'
import type { Entry } from './range'
import { coloursOf, subjectOf } from './subjects'
import { useAgendaTexts } from './texts'

export interface GridProps extends Facts {
  /** How many more there are on a day than were read. */
  more: ReadonlyMap<Day, number>
  columns: readonly Column[]
  now: Date
  snap: number
  canEdit: boolean
  /** The appointment whose details are open. */
  openId: string | undefined
  serviceOf: (id: string | null) => Service | undefined
  onOpen: (id: string) => void
  onBook: (column: Column, span: Span) => void
  onMove: (draft: Draft & { entry: Entry }, columns: readonly Filled[]) => void
  onDay: (day: Day) => void
  onLeave: (by: 1 | -1) => void
  /** Tells where the cursor is, for `n`. */
  cursorRef: { current: (() => { column: Column; span: Span } | undefined) | undefined }
}

const HOURS = Array.from({ length: 24 }, (_, hour) => hour)

interface HeadProps {
  column: Filled
  more: number
  today: Day
  onDay: (day: Day) => void
}

function Head({ column, more, today, onDay }: HeadProps) {
  const t = useAgendaTexts()
  const { day, subject, holiday } = column
  const isToday = day === today
  return (
    <div className="tg-head" data-today={isToday || undefined}>
      {subject ? (
        <span className="tg-who">
          {subject.resource ? (
            <span className="swatch" style={coloursOf(subject)}>
              <Icon of={resourceIcon(subject.resource.kind)} size="s" />
            </span>
          ) : (
            <Avatar person={subject} />
          )}
          <span className="el">{subject.name}</span>
        </span>
      ) : (
        <button type="button" className="tg-day" onClick={() => onDay(day)}>
          <span className="t3" aria-hidden="true">
            {dayShort(day)}
          </span>
          <b aria-hidden="true">{dayNumber(day)}</b>
          <span className="vh">
            {dayLong(day)}
            {isToday ? `, ${t('today')}` : ''}
          </span>
        </button>
      )}
      {more > 0 && (
        <button type="button" className="mmore" onClick={() => onDay(day)}>
          {t('moreOf', { count: more })}
        </button>
      )}
      {holiday && (
        <span className="tg-holiday el" title={holiday.name}>
          {holiday.name}
          {holiday.half_day ? ` · ${t('halfDay')}` : ''}
        </span>
      )}
    </div>
  )
}

const box = ({ from, to }: Span) => ({ top: from * MINUTE_PX, height: (to - from) * MINUTE_PX })

function Ghost({ draft }: { draft: Draft }) {
  const { span } = draft
  return (
    <div className="tg-ghost" style={box({ from: span.from, to: Math.min(span.to, DAY_MINUTES) })}>
      <span>
        {wallText(span.from)}–{wallText(span.to % DAY_MINUTES)}
      </span>
    </div>
  )
}

export function TimeGrid({ columns: asked, now, snap, canEdit, cursorRef, ...props }: GridProps) {
  const t = useAgendaTexts()
  const people = usePeople()
  const { entries, subjects, hours, timeOff, holidays } = props
  const columns = useMemo(
    () => fill(asked, { entries, subjects, hours, timeOff, holidays }),
    [asked, entries, subjects, hours, timeOff, holidays],
  )
  const today = dayOf(now)
  const minute = minuteOf(now)
  const scroller = useRef<HTMLElement>(null)
  const workday = useMemo(() => workdayOf(hours), [hours])
  const [at, setAt] = useState<At>(() => ({
    column: Math.max(
      0,
      asked.findIndex((each) => each.day === today),
    ),
    span: { from: 10 * 60, to: 10 * 60 + 30 },
  }))
  const atColumn = Math.min(at.column, columns.length - 1)
  const cursorColumn = columns[atColumn]

  const { draft, onPointerDown } = useGridDrag({
    columns,
    snap,
    enabled: canEdit,
    onCreate: (column, span) => {
      const where = columns[column]
      if (where) props.onBook(where, span)
    },
    onMove: (moved) => props.onMove(moved, columns),
  })
  const { held, onKey } = useCarry({
    columns,
    snap,
    enabled: canEdit,
    onDrop: (moved) => props.onMove(moved, columns),
  })
  const ghost = draft ?? held

  // The first look is at the work, or at now.
  const isReady = hours.length > 0
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the hours are known
  useEffect(() => {
    const first = asked.some((each) => each.day === today)
      ? Math.min(workday.from, Math.max(0, minute - 90))
      : workday.from
    scroller.current?.scrollTo({ top: Math.max(0, (first - 30) * MINUTE_PX) })
  }, [isReady])

  cursorRef.current = () =>
    document.activeElement?.classList.contains('tg-cursor') && cursorColumn
      ? { column: cursorColumn, span: at.span }
      : undefined

  const names = (entry: Entry) => entry.people.map((id) => people.of(id).name)
  const taken = (cursorColumn?.laid ?? [])
    .filter((each) => each.from < at.span.to && each.to > at.span.from)
    .map((each) =>
      spokenOf(each.of, now, props.serviceOf(each.of.of?.service_id ?? null), names(each.of)),
    )
    .join('; ')

  return (
    <section
      ref={scroller}
      className="tg scroll"
      tabIndex={0}
      aria-label={t('agenda')}
      aria-busy={!isReady}
    >
      <div className="tg-in" style={{ '--cols': columns.length } as React.CSSProperties}>
        <div className="tg-heads">
          <span className="tg-gutter" />
          {columns.map((column) => (
            <Head
              key={column.key}
              column={column}
              more={props.more.get(column.day) ?? 0}
              today={today}
              onDay={props.onDay}
            />
          ))}
        </div>
        <div className="tg-body" onPointerDown={onPointerDown} style={{ height: 24 * HOUR_PX }}>
          <div className="tg-gutter" aria-hidden="true">
            {HOURS.slice(1).map((hour) => (
              <span key={hour} style={{ top: hour * HOUR_PX }}>
                {wallText(hour * 60)}
              </span>
            ))}
          </div>
          {columns.map((column, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the cursor is the keyboard's way
            <div
              key={column.key}
              className="tg-col"
              role="group"
              aria-label={[column.subject?.name, dayLong(column.day)].filter(Boolean).join(', ')}
              data-column={column.key}
              data-today={column.day === today || undefined}
              data-over={(ghost?.column === index && ghost.column !== ghost.home) || undefined}
              onClick={(event) => {
                if (!canEdit || event.target !== event.currentTarget) return
                const { top } = event.currentTarget.getBoundingClientRect()
                const from = Math.floor((event.clientY - top) / MINUTE_PX / snap) * snap
                setAt({ column: index, span: { from, to: from + Math.max(snap, 30) } })
                props.onBook(column, { from, to: from + Math.max(snap, 30) })
              }}
            >
              {column.closed.map((span) => (
                <span key={span.from} className="tg-closed" style={box(span)} />
              ))}
              {column.away.map(({ off, from, to }) => (
                <span key={off.id} className="tg-away" style={box({ from, to })}>
                  <span>
                    {[
                      t('away'),
                      column.subject ? '' : subjects.find((s) => s.of === off.of)?.name,
                      off.reason,
                    ]
                      .filter(Boolean)
                      .join(' · ')}
                  </span>
                </span>
              ))}
              {column.laid.map(({ of: entry, from, to, lane, lanes }) => {
                const handle = canEdit && isHandle(entry, column.day)
                return (
                  <Item
                    key={entry.key}
                    entry={entry}
                    service={props.serviceOf(entry.of?.service_id ?? null)}
                    people={names(entry)}
                    now={now}
                    minutes={to - from}
                    isOpen={entry.key === props.openId}
                    isCarried={ghost?.entry?.key === entry.key}
                    isHandle={handle}
                    onOpen={props.onOpen}
                    onKeyDown={(event) => onKey(event, entry, index)}
                    style={{
                      ...coloursOf(column.subject ?? subjectOf(entry, subjects)),
                      top: from * MINUTE_PX,
                      height: Math.max((to - from) * MINUTE_PX - 1, 18),
                      left: `calc(${(lane / lanes) * 100}% + 2px)`,
                      width: `calc(${100 / lanes}% - 4px)`,
                    }}
                  />
                )
              })}
              {column.day === today && (
                <span className="tg-now" style={{ top: minute * MINUTE_PX }} aria-hidden="true" />
              )}
              {ghost?.column === index && <Ghost draft={ghost} />}
              {canEdit && cursorColumn && atColumn === index && (
                <Cursor
                  at={{ ...at, column: atColumn }}
                  column={cursorColumn}
                  count={columns.length}
                  snap={snap}
                  taken={taken}
                  onMove={setAt}
                  onBook={({ span }) => props.onBook(cursorColumn, span)}
                  onLeave={props.onLeave}
                />
              )}
            </div>
          ))}
        </div>
      </div>
    </section>
  )
}
