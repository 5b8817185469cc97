// A month as a sheet of days: what fits is named, the rest is a number that opens the day.
import './month.css'
import type { KeyboardEvent } from 'react'
import { useMemo, useRef } from 'react'
import { useMark } from '@/features/boards/freshness'
import { clock } from '@/i18n/format'
import { usePhone } from '@/ui/media'
import type { Holiday, Service, TimeOff } from '@/wire/agenda'
import { changes } from './changes'
import { nameOf } from './commands'
import { dayLong, dayNumber, dayShort } from './day-names'
import { addDays, type Day, dayOf, daysOf, type Stretch } from './days'
import { isHandle } from './grid-model'
import { heardOf, isLate, StateMark, spokenOf } from './item'
import { awayOn } from './layout'
import { useMonthMove } from './month-move'
import { byDay, type Entry, isKnown } from './range'
import { coloursOf, type Subject, subjectOf } from './subjects'
import { useAgendaTexts } from './texts'

const MOST = 4

export interface MonthProps {
  stretch: Stretch
  /** The day that the view stands on. */
  day: Day
  entries: readonly Entry[]
  /** How many more there are on a day than were read. */
  more: ReadonlyMap<Day, number>
  subjects: readonly Subject[]
  holidays: readonly Holiday[]
  timeOff: readonly TimeOff[]
  now: Date
  canEdit: boolean
  openId: string | undefined
  serviceOf: (id: string | null) => Service | undefined
  onOpen: (id: string) => void
  onDay: (day: Day) => void
  onBook: (day: Day) => void
  onMove: (entry: Entry, day: Day) => void
}

interface LineProps extends MonthProps {
  entry: Entry
  /** The day in whose cell it stands. */
  cell: Day
  move: ReturnType<typeof useMonthMove>
}

function Line({ entry, cell, move, ...props }: LineProps) {
  const t = useAgendaTexts()
  const { now, serviceOf, subjects, onOpen } = props
  const mark = useMark(changes, entry.key)
  const { of } = entry
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
  return (
    <button
      type="button"
      className="mline"
      style={colours}
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
      onClick={() => isKnown(entry) && onOpen(of.id)}
    >
      <span className="mtime">{clock(entry.starts)}</span>
      <span className="el">{nameOf(of, service)}</span>
      <StateMark of={of} now={now} />
      <span className="vh">
        –{clock(entry.ends)}, {heardOf(of, now, names)}
      </span>
    </button>
  )
}

export function Month(props: MonthProps) {
  const t = useAgendaTexts()
  const isPhone = usePhone()
  const { stretch, day, entries, subjects, holidays, timeOff, now, canEdit } = props
  const days = useMemo(() => daysOf(stretch), [stretch])
  const lists = useMemo(() => byDay(entries), [entries])
  const today = dayOf(now)
  const month = day.slice(0, 7)
  const ref = useRef<HTMLElement>(null)
  const move = useMonthMove({ days, enabled: canEdit, onMove: props.onMove })

  const walk = (event: KeyboardEvent, from: Day) => {
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }[event.key]
    if (!by || event.shiftKey || event.ctrlKey || event.metaKey) return
    const next = ref.current?.querySelector<HTMLElement>(`[data-day="${addDays(from, by)}"]`)
    if (!next) return
    event.preventDefault()
    event.stopPropagation()
    next.focus()
  }
  const tabStop = days.includes(day) ? day : days[0]
  return (
    <section ref={ref} className="month scroll" tabIndex={0} aria-label={t('agenda')}>
      <div className="month-in" style={{ '--weeks': days.length / 7 } as React.CSSProperties}>
        {days.slice(0, 7).map((each) => (
          <span key={each} className="mhead t3" aria-hidden="true">
            {dayShort(each)}
          </span>
        ))}
        {days.map((each) => {
          const list = lists.get(each) ?? []
          const total = list.length + (props.more.get(each) ?? 0)
          const shown = total > MOST ? list.slice(0, MOST - 1) : list
          const holiday = holidays.find((one) => one.date === each)
          const away = awayOn(
            each,
            subjects.map((one) => one.of),
            timeOff,
          )
          const facts = [
            dayLong(each),
            holiday?.name,
            away.length > 0 ? t('awayCount', { count: away.length }) : '',
            t('count', { count: total }),
          ]
          return (
            // biome-ignore lint/a11y/noStaticElementInteractions: the day's button is the keyboard's way
            <div
              key={each}
              className="mcell"
              data-cell={each}
              data-over={(move.held && move.held.day === each) || undefined}
              data-other={each.slice(0, 7) !== month || undefined}
              data-today={each === today || undefined}
              data-closed={Boolean(holiday && !holiday.half_day) || undefined}
              onDoubleClick={(event) => {
                if (canEdit && event.target === event.currentTarget) props.onBook(each)
              }}
            >
              <div className="mtop">
                <button
                  type="button"
                  className="mday"
                  data-day={each}
                  tabIndex={each === tabStop ? 0 : -1}
                  aria-label={facts.filter(Boolean).join(', ')}
                  onClick={() => props.onDay(each)}
                  onKeyDown={(event) => walk(event, each)}
                >
                  {dayNumber(each)}
                </button>
                {holiday && !isPhone && (
                  <span className="tg-holiday el" title={holiday.name}>
                    {holiday.name}
                  </span>
                )}
                {away.length > 0 && !isPhone && <span className="chip">{t('away')}</span>}
              </div>
              {isPhone ? (
                list.length > 0 && (
                  <span className="mdots" aria-hidden="true">
                    {list.slice(0, 4).map((entry) => (
                      <i key={entry.key} style={coloursOf(subjectOf(entry, subjects))} />
                    ))}
                  </span>
                )
              ) : (
                <>
                  {shown.map((entry) => (
                    <Line key={entry.key} {...props} entry={entry} cell={each} move={move} />
                  ))}
                  {total > shown.length && (
                    <button type="button" className="mmore" onClick={() => props.onDay(each)}>
                      {t('moreOf', { count: total - shown.length })}
                    </button>
                  )}
                </>
              )}
            </div>
          )
        })}
      </div>
    </section>
  )
}
