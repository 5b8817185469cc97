// My appointments of today and tomorrow, beside the work of the day: live, and opened in place.
import './day-aside.css'
import { Link } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { useMemo } from 'react'
import { useNow } from '@/features/reminders/mine'
import { clock } from '@/i18n/format'
import { usePermission, useSignedIn } from '@/session/session'
import { Button } from '@/ui/button'
import { ErrorState, Skeleton } from '@/ui/states'
import type { Service } from '@/wire/agenda'
import { askedAppointment, askedBooking } from './asked'
import { isOpen, nameOf } from './commands'
import { addDays, type Day, dayOf } from './days'
import { aboutOf, isLate } from './item'
import { StateChip } from './list'
import { byDay, type Entry, isKnown, useAgendaRange, useBookables } from './range'
import { useAgendaTexts } from './texts'

/** The first that is still to end: what somebody has to think of now. */
export const nextOf = (entries: readonly Entry[], now: Date): Entry | undefined =>
  entries.find((each) => each.ends > now && (!each.of || isOpen(each.of)))

function Row({
  entry,
  now,
  isNext,
  service,
}: {
  entry: Entry
  now: Date
  isNext: boolean
  service: Service | undefined
}) {
  const t = useAgendaTexts()
  const { of } = entry
  const isOver = entry.ends <= now || (of !== undefined && !isOpen(of))
  const marks = {
    'data-next': isNext || undefined,
    'data-over': (isOver && !(of && isLate(of, now))) || undefined,
  }
  const time = (
    <span className="da-time">
      <b>{clock(entry.starts)}</b> <span className="t3 sm">{clock(entry.ends)}</span>
    </span>
  )
  if (!of) {
    return (
      <li className="da-row" {...marks}>
        {time}
        <span className="t3">{t('busy')}</span>
      </li>
    )
  }
  const about = aboutOf(of, service)
  return (
    <li {...marks}>
      <button
        type="button"
        className="da-row"
        aria-haspopup="dialog"
        onClick={() => isKnown(entry) && askedAppointment.set(of.id)}
      >
        {time}{' '}
        <span className="da-what">
          <b className="el">{nameOf(of, service)}</b>{' '}
          {about && <span className="t2 sm el">{about}</span>}
        </span>{' '}
        <StateChip of={of} now={now} />
      </button>
    </li>
  )
}

export default function DayAside() {
  const t = useAgendaTexts()
  const { user } = useSignedIn()
  const canEdit = usePermission('agenda.edit')
  const now = useNow()
  const today = dayOf(now)
  const stretch = useMemo(() => ({ from: today, days: 2 }), [today])
  const whose = useMemo(() => ({ people: [user.id as string], resources: [] }), [user.id])
  const { read, entries, status } = useAgendaRange(stretch, whose, false)
  const { service } = useBookables()
  const lists = useMemo(() => byDay(entries), [entries])
  const next = nextOf(entries, now)
  if (status === 'failed') return null
  const days: [Day, string][] = [
    [today, t('today')],
    [addDays(today, 1), t('tomorrow')],
  ]
  return (
    <aside className="day-aside" aria-labelledby="day-aside-title">
      <header>
        <h2 id="day-aside-title">{t('myAppointments')}</h2>
        <span className="sp" />
        {canEdit && (
          <Button small tone="quiet" icon={Plus} onPress={() => askedBooking.set({})}>
            {t('book')}
          </Button>
        )}
      </header>
      {read.isError && !read.data ? (
        <ErrorState error={read.error} onRetry={() => void read.refetch()} />
      ) : !read.data ? (
        [72, 58, 66].map((width) => <Skeleton key={width} width={`${width}%`} height={36} />)
      ) : (
        days.map(([day, title]) => {
          const list = lists.get(day) ?? []
          return (
            <section key={day} aria-label={title}>
              <h3>
                <Link to="/agenda" search={{ view: 'day', day }}>
                  {title}
                </Link>
                {list.length > 0 && <span className="t3">{list.length}</span>}
              </h3>
              {list.length === 0 ? (
                <p className="t3">{t('noneOn')}</p>
              ) : (
                <ul>
                  {list.map((entry) => (
                    <Row
                      key={entry.key}
                      entry={entry}
                      now={now}
                      isNext={entry === next}
                      service={service(entry.of?.service_id ?? null)}
                    />
                  ))}
                </ul>
              )}
            </section>
          )
        })
      )}
    </aside>
  )
}
