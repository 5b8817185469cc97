// A new appointment: with whom, what, when, how often.
import './sheets.css'
import { useState } from 'react'
import { money } from '@/i18n/format'
import { useSignedIn } from '@/session/session'
import { FormButtons, Sheet } from '@/ui/dialog'
import { SelectField, TextField } from '@/ui/field'
import type { Service } from '@/wire/agenda'
import type { Asked } from './asked'
import { type Booking, book, hindranceOf } from './commands'
import { Conflict } from './conflict'
import { CustomerPicker, type Picked } from './customer-picker'
import { addDays, atMinute, dayOf, minuteOf } from './days'
import { useBookables } from './range'
import { answered, refusedFields, refusedWhole } from './refusals'
import { noRepeat, repeatOf, repeatProblem } from './repeat'
import { RepeatFields } from './repeat-fields'
import { useAgendaTexts } from './texts'
import { spanOf, type When, WhenFields, whenAt } from './when-fields'

const kinds = ['customer', 'guest', 'title'] as const
type Kind = (typeof kinds)[number]
const NO_SERVICE = '-'
const known = [
  'customer_id',
  'guest.name',
  'guest.phone',
  'guest.email',
  'title',
  'starts_at',
  'ends_at',
  'people',
  'resources',
  'place',
  'note',
  'repeat.rrule',
  'repeat.count',
  'repeat.until',
]

/** The next half hour; at night the next morning's first. */
export function nextHalfHour(now = new Date()): Date {
  const minute = Math.ceil((minuteOf(now) + 1) / 30) * 30
  const today = dayOf(now)
  return minute > 18 * 60
    ? atMinute(addDays(today, 1), 9 * 60)
    : atMinute(today, Math.max(minute, 9 * 60))
}

const serviceLabel = (of: Service, minutes: string): string =>
  [of.name, minutes, of.price && money(of.price)].filter(Boolean).join(' · ')

function Guest({
  value,
  onChange,
  errors,
  nameError,
}: {
  value: { name: string; phone: string; email: string }
  onChange: (next: { name: string; phone: string; email: string }) => void
  errors: Record<string, string>
  nameError: string | undefined
}) {
  const t = useAgendaTexts()
  const set = (next: Partial<typeof value>) => onChange({ ...value, ...next })
  return (
    <>
      <TextField
        label={t('guestName')}
        value={value.name}
        onChange={(name) => set({ name })}
        error={nameError ?? errors['guest.name']}
        maxLength={120}
      />
      <div className="pair">
        <TextField
          label={t('phone')}
          type="tel"
          value={value.phone}
          onChange={(phone) => set({ phone })}
          error={errors['guest.phone']}
        />
        <TextField
          label={t('email')}
          type="email"
          value={value.email}
          onChange={(email) => set({ email })}
          error={errors['guest.email']}
        />
      </div>
    </>
  )
}

export function BookingSheet({ asked, onClose }: { asked: Asked; onClose: () => void }) {
  const t = useAgendaTexts()
  const { user } = useSignedIn()
  const { services, settings, service: find } = useBookables()
  const [kind, setKind] = useState<Kind>('customer')
  const [customer, setCustomer] = useState<Picked | undefined>(asked.customer)
  const [guest, setGuest] = useState({ name: '', phone: '', email: '' })
  const [title, setTitle] = useState('')
  const [serviceId, setServiceId] = useState(NO_SERVICE)
  const [when, setWhen] = useState<When>(() => ({
    ...whenAt(asked.start ?? nextHalfHour()),
    minutes: String(asked.minutes ?? 30),
    people: asked.people ?? [user.id],
    resources: asked.resources ?? [],
  }))
  const [repeat, setRepeat] = useState(() => noRepeat(when.day))
  const [place, setPlace] = useState('')
  const [note, setNote] = useState('')
  const [tried, setTried] = useState(false)
  const [error, setError] = useState<unknown>()
  const [isPending, setPending] = useState(false)

  const service = serviceId === NO_SERVICE ? undefined : find(serviceId)
  const choose = (id: string) => {
    setServiceId(id)
    const next = find(id)
    if (!next) return
    // A column that was drawn on says who; else any of those who do it.
    const people = when.people.filter((each) => next.people.includes(each))
    setWhen({
      ...when,
      minutes: String(next.minutes),
      people: next.people.length > 0 ? (asked.people ? people : []) : when.people,
      resources:
        next.resources.length > 0
          ? when.resources.filter((each) => next.resources.includes(each))
          : when.resources,
    })
  }
  const name =
    kind === 'customer'
      ? (customer?.name ?? '')
      : kind === 'guest'
        ? guest.name.trim()
        : title.trim()
  const span = spanOf(when)
  const isWrong = !name || !span || repeatProblem(repeat, when.day) !== undefined

  const send = async (change: Partial<Booking> = {}) => {
    setTried(true)
    if (isWrong) return
    const series = repeatOf(
      repeat,
      when.day,
      (day) => new Date(atMinute(day, 1440).getTime() - 1000),
    )
    const booking: Booking = {
      ...span,
      ...(kind === 'customer' && customer ? { customer_id: customer.id } : {}),
      ...(kind === 'guest'
        ? {
            guest: {
              name: guest.name.trim(),
              ...(guest.phone.trim() ? { phone: guest.phone.trim() } : {}),
              ...(guest.email.trim() ? { email: guest.email.trim() } : {}),
            },
          }
        : {}),
      ...(title.trim() ? { title: title.trim() } : {}),
      ...(service ? { service_id: service.id } : {}),
      ...(when.people.length > 0 ? { people: when.people } : {}),
      ...(when.resources.length > 0 ? { resources: when.resources } : {}),
      ...(place.trim() ? { place: place.trim() } : {}),
      ...(note.trim() ? { note: note.trim() } : {}),
      ...(series ? { repeat: series } : {}),
      ...change,
    }
    setError(undefined)
    setPending(true)
    try {
      await answered(book(booking, name))
      onClose()
    } catch (refused) {
      setPending(false)
      setError(refused)
    }
  }

  const errors = refusedFields(error)
  const hindrance = hindranceOf(error)
  const whole = refusedWhole(error, known)
  const series = repeatOf(repeat, when.day, (day) => atMinute(day, 1439))
  return (
    <Sheet
      isOpen
      onClose={onClose}
      title={t('newAppointment')}
      onSubmit={() => void send()}
      keepOpen={Boolean(title || note || guest.name || (customer && !asked.customer))}
      footer={<FormButtons onCancel={onClose} action={t('book')} isPending={isPending} />}
    >
      {hindrance && (
        <Conflict
          hindrance={hindrance}
          onTake={(slot) => {
            setWhen({ ...when, ...whenAt(new Date(slot.starts_at)) })
            void send({ starts_at: slot.starts_at, ends_at: slot.ends_at })
          }}
          onForce={() => void send({ force_hours: true })}
          onSkip={
            series && hindrance.at.length > 0 && !repeat.skip
              ? () => {
                  setRepeat({ ...repeat, skip: true })
                  void send({ repeat: { ...series, skip: true } })
                }
              : undefined
          }
        />
      )}
      {whole && (
        <p className="ferr" role="alert">
          {whole}
        </p>
      )}
      {!asked.customer && (
        <div className="seg kinds" role="group" aria-label={t('forWhom')}>
          {kinds.map((id) => (
            <button key={id} type="button" aria-pressed={kind === id} onClick={() => setKind(id)}>
              {t(`kind.${id}`)}
            </button>
          ))}
        </div>
      )}
      {kind === 'customer' && (
        <CustomerPicker
          value={customer}
          onChange={setCustomer}
          error={tried && !customer ? t('needCustomer') : errors.customer_id}
        />
      )}
      {kind === 'guest' && (
        <Guest
          value={guest}
          onChange={setGuest}
          errors={errors}
          nameError={tried && !guest.name.trim() ? t('needName') : undefined}
        />
      )}
      <TextField
        label={kind === 'title' ? t('title') : t('titleOptional')}
        value={title}
        onChange={setTitle}
        placeholder={t('titleHolder')}
        error={tried && kind === 'title' && !title.trim() ? t('needTitle') : errors.title}
        maxLength={120}
      />
      {services.length > 0 && (
        <SelectField
          label={t('service')}
          value={serviceId}
          onChange={choose}
          options={[
            { id: NO_SERVICE, label: t('noService') },
            ...services.map((each) => ({
              id: each.id,
              label: serviceLabel(each, t('minutes', { n: each.minutes })),
            })),
          ]}
          {...(errors.service_id ? { error: errors.service_id } : {})}
        />
      )}
      <WhenFields value={when} onChange={setWhen} service={service} errors={errors} tried={tried} />
      <RepeatFields
        value={repeat}
        onChange={setRepeat}
        start={when.day}
        tried={tried}
        errors={errors}
      />
      <TextField
        label={t('place')}
        value={place}
        onChange={setPlace}
        placeholder={settings?.place ?? ''}
        error={errors.place}
        maxLength={300}
      />
      <TextField label={t('note')} rows={3} value={note} onChange={setNote} error={errors.note} />
    </Sheet>
  )
}
