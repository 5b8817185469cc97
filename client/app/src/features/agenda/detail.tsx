// One appointment: what it is, and everything that can be done with it. Live for all who look.
import './sheets.css'
import { Link } from '@tanstack/react-router'
import {
  Ban,
  CalendarClock,
  Check,
  CheckCheck,
  DoorOpen,
  type LucideIcon,
  MapPin,
  NotebookText,
  Repeat,
  RotateCcw,
  Sparkles,
  UserRound,
  Users,
  UserX,
} from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { usePeople } from '@/features/customers/people'
import { useNow } from '@/features/reminders/mine'
import { dateTime, money } from '@/i18n/format'
import { usePermission } from '@/session/session'
import { Avatar } from '@/ui/avatar'
import { Button } from '@/ui/button'
import { Icon } from '@/ui/icon'
import type { Appointment } from '@/wire/agenda'
import { askedBooking } from './asked'
import { CancelDialog } from './cancel-dialog'
import { ChangeSheet } from './change-sheet'
import { type Hindrance, hindranceOf, isOpen, nameOf, type Step, step, stepsOf } from './commands'
import { Conflict } from './conflict'
import { dayLong } from './day-names'
import { dayOf } from './days'
import { timeText } from './item'
import { resourceIcon } from './kinds'
import { StateChip } from './list'
import { useBookables } from './range'
import { useAgendaTexts } from './texts'

const icons: Record<Step, LucideIcon> = {
  confirm: Check,
  arrive: DoorOpen,
  finish: CheckCheck,
  no_show: UserX,
  restore: RotateCcw,
}

function Fact({ icon, children }: { icon: LucideIcon; children: ReactNode }) {
  return (
    <div className="fact">
      <Icon of={icon} />
      <div>{children}</div>
    </div>
  )
}

function useAuthor(of: Appointment): string {
  const t = useAgendaTexts()
  const people = usePeople()
  if (of.source === 'public') return t('bookedOnline')
  if (!of.created_by || of.created_by === 'system') return t('bookedBy', { name: t('system') })
  const kind = of.created_by.split(':', 1)[0]
  const name =
    kind === 'rule' ? t('aRule') : kind === 'key' ? t('aKey') : people.of(of.created_by).name
  return t('bookedBy', { name })
}

export function Facts({ of }: { of: Appointment }) {
  const t = useAgendaTexts()
  const people = usePeople()
  const { service: serviceOf, resource } = useBookables()
  const author = useAuthor(of)
  const service = serviceOf(of.service_id)
  const starts = new Date(of.starts_at)
  const ends = new Date(of.ends_at)
  const minutes = Math.round((ends.getTime() - starts.getTime()) / 60_000)
  return (
    <div className="facts">
      <Fact icon={CalendarClock}>
        <p>{dayLong(dayOf(starts))}</p>
        <p>
          <b>{timeText(starts, ends)}</b> <span className="t3">{t('minutes', { n: minutes })}</span>
        </p>
      </Fact>
      {of.customer_id && (
        <Fact icon={UserRound}>
          <Link
            className="ag-link"
            to="/customers/$customerId"
            params={{ customerId: of.customer_id }}
          >
            {of.customer_name || t('openCustomer')}
          </Link>
        </Fact>
      )}
      {of.guest && (
        <Fact icon={UserRound}>
          <p>
            {of.guest.name} <span className="t3">· {t('kind.guest')}</span>
          </p>
          {of.guest.phone && (
            <p>
              <a className="ag-link" href={`tel:${of.guest.phone.replaceAll(' ', '')}`}>
                {of.guest.phone}
              </a>
            </p>
          )}
          {of.guest.email && (
            <p>
              <a className="ag-link" href={`mailto:${of.guest.email}`}>
                {of.guest.email}
              </a>
            </p>
          )}
        </Fact>
      )}
      {service && (
        <Fact icon={Sparkles}>
          <p>
            {service.name}
            {service.price && <span className="t3"> · {money(service.price)}</span>}
          </p>
        </Fact>
      )}
      {of.people.length > 0 && (
        <Fact icon={Users}>
          {of.people.map((id) => (
            <p key={id} className="row" style={{ gap: 6 }}>
              <Avatar person={people.of(id)} />
              {people.of(id).name}
            </p>
          ))}
        </Fact>
      )}
      {of.resources.map((id) => {
        const found = resource(id)
        return (
          found && (
            <Fact key={id} icon={resourceIcon(found.kind)}>
              {found.name}
            </Fact>
          )
        )
      })}
      {of.place && <Fact icon={MapPin}>{of.place}</Fact>}
      {of.series_id && <Fact icon={Repeat}>{t('series')}</Fact>}
      {of.note && (
        <Fact icon={NotebookText}>
          <p className="note-text">{of.note}</p>
        </Fact>
      )}
      <p className="t3 sm">
        {author} · {dateTime(new Date(of.created_at))}
      </p>
    </div>
  )
}

/** `onClose` is told when the appointment has nothing more to say here. */
export function Detail({ of, onClose }: { of: Appointment; onClose: () => void }) {
  const t = useAgendaTexts()
  const now = useNow()
  const canEdit = usePermission('agenda.edit')
  const { service } = useBookables()
  const [asking, ask] = useState<'change' | 'cancel'>()
  const [hindrance, setHindrance] = useState<Hindrance>()
  const name = nameOf(of, service(of.service_id))
  const kind = service(of.service_id)?.name
  const about = of.title && of.title !== name && of.title !== kind ? of.title : ''
  const steps = stepsOf(of)
  // Nobody has come to what has not begun, unless they are early.
  const soon = Date.parse(of.starts_at) - now.getTime() < 60 * 60_000
  const [first] = steps.filter((each) => each !== 'restore' && (each !== 'confirm' || !soon))
  const go = (to: Step) => {
    setHindrance(undefined)
    step(of, to).catch((error: unknown) => setHindrance(hindranceOf(error)))
  }
  const again = () => {
    onClose()
    askedBooking.set({
      ...(of.customer_id ? { customer: { id: of.customer_id, name } } : {}),
      minutes: Math.round((Date.parse(of.ends_at) - Date.parse(of.starts_at)) / 60_000),
      people: of.people,
      resources: of.resources,
    })
  }
  return (
    <div className="detail">
      <div className="row" style={{ flexWrap: 'wrap' }}>
        <StateChip of={of} now={now} />
        {about && <span className="t2">{about}</span>}
      </div>
      {of.reason && of.state === 'cancelled' && <p className="t2">{of.reason}</p>}
      <Facts of={of} />
      {hindrance && <Conflict hindrance={hindrance} />}
      {canEdit && (
        <div className="steps">
          {steps.map((to) => (
            <Button
              key={to}
              small
              icon={icons[to]}
              tone={to === first && to !== 'restore' ? 'primary' : 'plain'}
              onPress={() => go(to)}
            >
              {t(`step.${to}`)}
            </Button>
          ))}
          {isOpen(of) ? (
            <>
              <Button small icon={CalendarClock} onPress={() => ask('change')}>
                {t('change')}
              </Button>
              <Button small icon={Ban} tone="danger" onPress={() => ask('cancel')}>
                {t('cancelIt')}
              </Button>
            </>
          ) : (
            <Button small icon={CalendarClock} onPress={again}>
              {t('bookAgain')}
            </Button>
          )}
        </div>
      )}
      {asking === 'change' && <ChangeSheet of={of} onClose={() => ask(undefined)} />}
      {asking === 'cancel' && <CancelDialog of={of} onClose={() => ask(undefined)} />}
    </div>
  )
}
