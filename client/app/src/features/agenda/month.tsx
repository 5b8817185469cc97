// A month as a sheet of days: what fits is named, the rest is a number that opens the day. On a phone
// the sheet is of dots, and the chosen day stands below it.
import './month.css'
import { ChevronRight } from 'lucide-react'
import type { KeyboardEvent } from 'react'
import { useEffect, useMemo, useRef } from 'react'
import { number } from '@/i18n/format'
import { Icon } from '@/ui/icon'
import { usePhone } from '@/ui/media'
import type { Holiday, Hours, Service, TimeOff } from '@/wire/agenda'
import { nameOf } from './commands'
import { dayLong, dayNumber, dayShort } from './day-names'
import { addDays, type Day, dayOf, daysOf, type Stretch } from './days'
import { awayOn, openOn } from './layout'
import { Line, Shadow } from './month-line'
import { useMonthMove } from './month-move'
import { byDay, type Entry } from './range'
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
  hours: readonly Hours[]
  holidays: readonly Holiday[]
  timeOff: readonly TimeOff[]
  now: Date
  canEdit: boolean
  openId: string | undefined
  serviceOf: (id: string | null) => Service | undefined
  onOpen: (id: string) => void
  /** The day itself. */
  onDay: (day: Day) => void
  /** The day below the sheet, on a phone. */
  onChoose: (day: Day) => void
  onBook: (day: Day) => void
  onMove: (entry: Entry, day: Day) => void
}

/** The day that was opened from here: who comes back goes on from it. */
let left: Day | undefined

/** What stands under a day's name: what fits, and a button for the others. */
function Named({
  day,
  list,
  total,
  move,
  open,
  ...props
}: MonthProps & {
  list: readonly Entry[]
  total: number
  move: ReturnType<typeof useMonthMove>
  open: (day: Day) => void
}) {
  const t = useAgendaTexts()
  const shown = total > MOST ? list.slice(0, MOST - 1) : list
  return (
    <>
      {shown.map((entry) => (
        <Line key={entry.key} {...props} day={day} entry={entry} cell={day} move={move} />
      ))}
      {total > shown.length && (
        <button type="button" className="mmore" onClick={() => open(day)}>
          <span className="vh">{dayLong(day)}, </span>
          {t('moreOf', { count: total - shown.length })}
        </button>
      )}
    </>
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
  const move = useMonthMove({ days, entries, enabled: canEdit, onMove: props.onMove })
  const { held } = move

  const dayButton = (of: Day) => ref.current?.querySelector<HTMLElement>(`[data-day="${of}"]`)
  useEffect(() => {
    if (left && document.activeElement === document.body) {
      ref.current?.querySelector<HTMLElement>(`[data-day="${left}"]`)?.focus()
    }
    left = undefined
  }, [])
  const open = (each: Day) => {
    left = each
    props.onDay(each)
  }

  const walk = (event: KeyboardEvent, from: Day) => {
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }[event.key]
    if (!by || event.shiftKey || event.ctrlKey || event.metaKey) return
    const next = dayButton(addDays(from, by))
    if (!next) return
    event.preventDefault()
    event.stopPropagation()
    next.focus()
  }
  const tabStop = days.includes(day) ? day : days[0]
  const totalOf = (each: Day) => (lists.get(each)?.length ?? 0) + (props.more.get(each) ?? 0)
  const isClosed = (each: Day): boolean => {
    const holiday = holidays.find((one) => one.date === each)
    const whose = subjects.length > 0 ? subjects.map((one) => one.of) : (['tenant'] as const)
    return (
      Boolean(holiday && !holiday.half_day) ||
      whose.every((of) => openOn(each, of, props.hours, holiday).length === 0)
    )
  }
  const shadow = held?.entry.of && held.day !== dayOf(held.entry.starts) && !isPhone && (
    <Shadow
      entry={held.entry}
      name={nameOf(held.entry.of, props.serviceOf(held.entry.of.service_id))}
      style={coloursOf(subjectOf(held.entry, subjects))}
    />
  )
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
          const total = totalOf(each)
          const holiday = holidays.find((one) => one.date === each)
          const away = awayOn(
            each,
            subjects.map((one) => one.of),
            timeOff,
          )
          const closed = isClosed(each)
          const facts = [
            dayLong(each),
            holiday?.name ?? (closed ? t('closed') : ''),
            away.length > 0 ? t('awayCount', { count: away.length }) : '',
            t('count', { count: total }),
          ]
          return (
            // biome-ignore lint/a11y/noStaticElementInteractions: the day's button is the keyboard's way
            <div
              key={each}
              className="mcell"
              data-cell={each}
              data-over={(held && held.day === each) || undefined}
              data-other={each.slice(0, 7) !== month || undefined}
              data-today={each === today || undefined}
              data-closed={closed || undefined}
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
                  {...(isPhone ? { 'aria-pressed': each === day } : {})}
                  onClick={() => (isPhone && each !== day ? props.onChoose(each) : open(each))}
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
              {!isPhone ? (
                <Named {...props} day={each} list={list} total={total} move={move} open={open} />
              ) : total > MOST ? (
                <span className="mcount num" aria-hidden="true">
                  {number(total)}
                </span>
              ) : (
                total > 0 && (
                  <span className="mdots" aria-hidden="true">
                    {list.map((entry) => (
                      <i key={entry.key} style={coloursOf(subjectOf(entry, subjects))} />
                    ))}
                  </span>
                )
              )}
              {held?.day === each && shadow}
            </div>
          )
        })}
      </div>
      {isPhone && (
        <section className="mlist" aria-label={dayLong(day)}>
          <button type="button" className="mopen" onClick={() => open(day)}>
            <b className="el">
              {/* The finger hides the day that it is over. */}
              {held && held.day !== day ? `→ ${dayLong(held.day)}` : dayLong(day)}
            </b>
            <span className="t3 sm">{t('count', { count: totalOf(day) })}</span>
            <Icon of={ChevronRight} size="s" />
          </button>
          <Named
            {...props}
            list={lists.get(day) ?? []}
            total={totalOf(day)}
            move={move}
            open={open}
          />
        </section>
      )}
    </section>
  )
}
