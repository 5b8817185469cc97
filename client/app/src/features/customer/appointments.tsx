// The customer's appointments: what comes, then what was.
import { CalendarDays, Plus } from 'lucide-react'
import { nextStep } from '@/features/boards/next-step'
import { clock, dateTime, daysBetween } from '@/i18n/format'
import { useObservable } from '@/live/observable'
import { AvatarStack } from '@/ui/avatar'
import { Button } from '@/ui/button'
import { Chip } from '@/ui/chip'
import { Icon } from '@/ui/icon'
import type { AppointmentState, CustomerAppointment } from '@/wire/work'
import { booking, openAppointment } from './booking'
import { useCustomer } from './live'
import { useCustomerTexts } from './texts'

const tones: Record<AppointmentState, 'plain' | 'ok' | 'danger' | 'info'> = {
  booked: 'plain',
  confirmed: 'ok',
  arrived: 'info',
  done: 'ok',
  no_show: 'danger',
  cancelled: 'plain',
}

/** Will it take place, as far as anybody knows? */
export const isAhead = (of: CustomerAppointment, now = Date.now()): boolean =>
  ['booked', 'confirmed', 'arrived'].includes(of.state) && Date.parse(of.ends_at) > now

/** The next days by their name, what is further away, began or is over by its date. */
export const startOf = (starts: Date, now = new Date()): string =>
  starts > now && daysBetween(now, starts) < 7
    ? nextStep(starts.toISOString(), now).text
    : dateTime(starts)

function AppointmentRow({ of }: { of: CustomerAppointment }) {
  const t = useCustomerTexts()
  const { people } = useCustomer()
  const open = useObservable(openAppointment)
  const starts = new Date(of.starts_at)
  const ahead = isAhead(of)
  const title = of.title || t('appointment')
  return (
    <article className="work-row" aria-label={title} data-done={ahead ? undefined : true}>
      <span className="mk">
        <Icon of={CalendarDays} />
      </span>
      <div>
        <p className="ttl">{title}</p>
        <p className="sm t2">
          {startOf(starts)}
          {ahead && `–${clock(new Date(of.ends_at))}`}
          {of.place && ` · ${of.place}`}
        </p>
        <p className="row sm" style={{ gap: 6, marginTop: 2 }}>
          <Chip tone={tones[of.state]}>{t(`appointment.${of.state}`)}</Chip>
          {of.reason && <span className="t3">{of.reason}</span>}
        </p>
      </div>
      <span className="acts">
        <AvatarStack people={of.people.map((id) => people.of(id))} />
        {open && (
          <Button small tone="quiet" onPress={() => open(of.id)}>
            {t('openIt')}
          </Button>
        )}
      </span>
    </article>
  )
}

export function Appointments({ all }: { all: readonly CustomerAppointment[] }) {
  const t = useCustomerTexts()
  const { customer, canEdit } = useCustomer()
  const book = useObservable(booking)
  const ahead = all
    .filter((each) => isAhead(each))
    .sort((a, b) => a.starts_at.localeCompare(b.starts_at))
  const past = all
    .filter((each) => !isAhead(each))
    .sort((a, b) => b.starts_at.localeCompare(a.starts_at))
  // Nothing to show and nothing to do: the section would only be a promise.
  if (all.length === 0 && !book) return null
  return (
    <section className="work-group" aria-label={t('appointments')}>
      <header>
        <h3>{t('appointments')}</h3>
        <span className="sp" />
        {book && canEdit && (
          <Button
            small
            icon={Plus}
            tone="quiet"
            onPress={() =>
              book({ id: customer.id, name: customer.name, card: customer.cards[0]?.id })
            }
          >
            {t('book')}
          </Button>
        )}
      </header>
      {all.length === 0 && <p className="t3">{t('noAppointments')}</p>}
      {[...ahead, ...past].map((each) => (
        <AppointmentRow key={each.id} of={each} />
      ))}
    </section>
  )
}
