// What comes, day by day.
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { usePeople } from '@/features/customers/people'
import { AvatarStack } from '@/ui/avatar'
import { Chip } from '@/ui/chip'
import type { Appointment, Holiday, Service } from '@/wire/agenda'
import type { AppointmentState } from '@/wire/work'
import { nameOf } from './commands'
import { dayLong } from './day-names'
import { type Day, dayOf } from './days'
import { aboutOf, isLate, lateText, StateMark, timeText } from './item'
import { byDay, type Entry, isKnown } from './range'
import { coloursOf, type Subject, subjectOf } from './subjects'
import { useAgendaTexts } from './texts'

const tones: Record<AppointmentState, 'plain' | 'ok' | 'danger' | 'info' | 'line'> = {
  booked: 'line',
  confirmed: 'ok',
  arrived: 'info',
  done: 'plain',
  no_show: 'danger',
  cancelled: 'plain',
}

export function StateChip({ of, now }: { of: Appointment; now: Date }) {
  const t = useAgendaTexts()
  const late = isLate(of, now)
  return (
    <Chip tone={late ? 'warn' : tones[of.state]}>
      {late ? lateText(of, now) : t(`state.${of.state}`)}
    </Chip>
  )
}

export interface ListProps {
  entries: readonly Entry[]
  /** How many more there are on a day than were read. */
  more: ReadonlyMap<Day, number>
  subjects: readonly Subject[]
  holidays: readonly Holiday[]
  now: Date
  openId: string | undefined
  serviceOf: (id: string | null) => Service | undefined
  resourceName: (id: string) => string
  onOpen: (id: string) => void
  /** The first day that is asked for; what began before it stands there. */
  from: Day
}

function Row({ entry, ...props }: { entry: Entry } & ListProps) {
  const t = useAgendaTexts()
  const people = usePeople()
  const { now, subjects, serviceOf, onOpen } = props
  const { of } = entry
  const service = serviceOf(of?.service_id ?? null)
  const where = entry.resources.map(props.resourceName).filter(Boolean)
  const colours = coloursOf(subjectOf(entry, subjects))
  const who = <AvatarStack people={entry.people.map((id) => people.of(id))} />
  if (!of) {
    return (
      <li className="al-row busy" style={colours}>
        <span className="al-time">{timeText(entry.starts, entry.ends)}</span>
        <span className="sp t3">{[t('busy'), ...where].join(' · ')}</span>
        {who}
      </li>
    )
  }
  const name = nameOf(of, service)
  const about = [aboutOf(of, service), ...where].filter(Boolean).join(' · ')
  return (
    <li
      className="al-row"
      style={colours}
      data-state={of.state}
      data-late={isLate(of, now) || undefined}
      data-open={entry.key === props.openId || undefined}
    >
      <span className="al-time">{timeText(entry.starts, entry.ends)}</span>
      <button
        type="button"
        className="al-body"
        data-entry={entry.key}
        aria-haspopup="dialog"
        onClick={() => isKnown(entry) && onOpen(of.id)}
      >
        <b className="el">{name}</b>
        {about && <span className="t2 el">{about}</span>}
      </button>
      <StateMark of={of} now={now} />
      <StateChip of={of} now={now} />
      {who}
    </li>
  )
}

export function DayList(props: ListProps) {
  const t = useAgendaTexts()
  const { entries, more, holidays, now, from } = props
  const days = useMemo(() => {
    const all = [...byDay(entries)].filter(([day]) => day >= from)
    // A holiday is worth a line, also where nothing is booked.
    const empty = holidays
      .filter((each) => !all.some(([day]) => day === each.date))
      .map((each): [Day, Entry[]] => [each.date, []])
    return [...all, ...empty].sort(([a], [b]) => a.localeCompare(b))
  }, [entries, holidays, from])
  const today = dayOf(now)
  return (
    <section className="al scroll" tabIndex={0} aria-label={t('agenda')}>
      <div className="al-in">
        {days.map(([day, list]) => {
          const holiday = holidays.find((each) => each.date === day)
          return (
            <section key={day} aria-label={dayLong(day)} data-today={day === today || undefined}>
              <h2>
                <Link to="/agenda" search={(old) => ({ ...old, view: 'day' as const, day })}>
                  {dayLong(day)}
                </Link>
                {day === today && <Chip tone="accent">{t('today')}</Chip>}
                {holiday && (
                  <Chip tone="warn">
                    {holiday.name}
                    {holiday.half_day ? ` · ${t('halfDay')}` : ''}
                  </Chip>
                )}
              </h2>
              {list.length > 0 && (
                <ul>
                  {list.map((entry) => (
                    <Row key={entry.key} {...props} entry={entry} />
                  ))}
                </ul>
              )}
              {more.has(day) && (
                <Link
                  className="al-more"
                  to="/agenda"
                  search={(old) => ({ ...old, view: 'day' as const, day })}
                >
                  {t('moreOf', { count: more.get(day) ?? 0 })}
                </Link>
              )}
            </section>
          )
        })}
      </div>
    </section>
  )
}
