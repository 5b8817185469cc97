/** @jsxImportSource preact */
// /b/appointment#token=…: what is booked, and what its holder may still change.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import {
  type Appointment,
  appointmentOf,
  bookingPage,
  calendarFileOf,
  keys,
  move,
  otherSlots,
  Refusal,
  type Slot,
} from './api'
import { googleAddress } from './calendar'
import { Cancel } from './cancel'
import { Face, Glyph, Heading, Notice } from './parts'
import { Offers, Picker, When } from './picker'
import { useSlots } from './slots'
import { refusalText, useLocale, useTexts } from './texts'
import { clock, longDay, span } from './times'
import { useLookAgain } from './use'

/** Until the business's own horizon is known. */
const HORIZON_DAYS = 60

/** What the page says on top. */
export function headline(appointment: Appointment, now = Date.now()) {
  const { state, ends_at } = appointment
  if (state === 'cancelled') return 'stateCancelled'
  if (state === 'no_show') return 'stateNoShow'
  if (state === 'done') return 'stateDone'
  if (Date.parse(ends_at) < now) return 'statePast'
  if (state === 'arrived') return 'stateArrived'
  return state === 'confirmed' ? 'stateConfirmed' : 'stateBooked'
}

/** Why nothing can be changed; undefined where it can, or where nobody would ask. */
export function hindrance(appointment: Appointment, now = Date.now()) {
  const { state, changeable, changeable_until, starts_at } = appointment
  const isOpen = state === 'booked' || state === 'confirmed'
  if (changeable || !isOpen || Date.parse(starts_at) < now) return undefined
  return Date.parse(changeable_until) <= now ? 'tooLate' : 'closed'
}

type Said = { tone: 'ok' | 'danger'; text: string }

export function ShowAppointment({
  token,
  appointment,
  onAppointment,
  booked,
}: {
  token: string
  appointment: Appointment
  onAppointment: (appointment: Appointment) => void
  /** It was booked a moment ago; the address the confirmation went to, if there is one. */
  booked?: { email: string } | undefined
}) {
  const t = useTexts()
  const locale = useLocale()
  const [open, setOpen] = useState<'move' | 'cancel' | undefined>()
  const [said, setSaid] = useState<Said | undefined>()
  const { tenant, people, state } = appointment
  const title = headline(appointment)
  const hindered = hindrance(appointment)
  const isOver = title !== 'stateBooked' && title !== 'stateConfirmed'
  const fresh = booked && state === 'booked' && !said

  useLookAgain(() => {
    appointmentOf(token).then(
      (news) => {
        if (news.state !== state || news.starts_at !== appointment.starts_at) setSaid(undefined)
        onAppointment(news)
      },
      // What is shown stays.
      () => undefined,
    )
  })

  const refused = useCallback(
    (refusal: Refusal) => {
      setSaid({ tone: 'danger', text: refusalText(refusal.code, locale) })
      if (refusal.code === 'too_late' || refusal.code === 'appointment_state') {
        setOpen(undefined)
        appointmentOf(token).then(onAppointment, () => undefined)
      }
    },
    [locale, token, onAppointment],
  )

  const until = new Date(appointment.changeable_until)
  return (
    <>
      <section class="bk-card bk-shown" data-state={isOver ? 'over' : 'open'}>
        <div class="bk-state">
          <span class="disc">
            <Glyph
              of={
                state === 'cancelled' || state === 'no_show' ? 'cross' : isOver ? 'clock' : 'check'
              }
              large
            />
          </span>
          <Heading quiet={!booked}>{fresh ? t.booked : t[title]}</Heading>
          {fresh && <p class="t2">{booked.email ? t.mailed(booked.email) : t.bookedHint}</p>}
        </div>
        {said && <Notice tone={said.tone}>{said.text}</Notice>}
        <dl class="bk-facts">
          <dt>{t.when}</dt>
          <dd>
            <b>
              <When slot={appointment} zone={tenant.time_zone} />
            </b>
          </dd>
          {appointment.title && (
            <>
              <dt>{t.what}</dt>
              <dd>{appointment.title}</dd>
            </>
          )}
          {people.length > 0 && (
            <>
              <dt>{t.with}</dt>
              <dd>
                {people.map((person) => (
                  <span key={person.id} class="bk-with">
                    <Face person={person} />
                    {person.name}
                  </span>
                ))}
              </dd>
            </>
          )}
          {appointment.place && (
            <>
              <dt>{t.where}</dt>
              <dd>{appointment.place}</dd>
            </>
          )}
          {appointment.name && (
            <>
              <dt>{t.forWhom}</dt>
              <dd>{appointment.name}</dd>
            </>
          )}
        </dl>
        {!isOver && <Keep appointment={appointment} token={token} fresh={Boolean(fresh)} />}
        {hindered && (
          <p class="bk-hint">
            <Glyph of="warn" />
            {t[hindered]}
          </p>
        )}
        {appointment.changeable && !open && (
          <div class="bk-acts">
            <button type="button" class="btn" onClick={() => setOpen('move')}>
              {t.move}
            </button>
            <button type="button" class="btn d" onClick={() => setOpen('cancel')}>
              {t.cancel}
            </button>
            <p class="t3">
              {t.until(
                `${longDay(until, tenant.time_zone, locale)}, ${clock(until, tenant.time_zone, locale)}`,
              )}
            </p>
          </div>
        )}
        {isOver && (
          <a class="btn bk-go" href={`/b/${tenant.slug}`}>
            {t.again}
          </a>
        )}
      </section>
      {open === 'move' && appointment.changeable && (
        <Move
          token={token}
          appointment={appointment}
          onRefused={refused}
          onClose={() => setOpen(undefined)}
          onMoved={(news) => {
            const [from, to] = [new Date(news.starts_at), new Date(news.ends_at)]
            const zone = news.tenant.time_zone
            onAppointment(news)
            setOpen(undefined)
            setSaid({
              tone: 'ok',
              text: t.moved(`${longDay(from, zone, locale)}, ${span(from, to, zone, locale)}`),
            })
            window.scrollTo({ top: 0 })
          }}
        />
      )}
      {open === 'cancel' && appointment.changeable && (
        <Cancel
          token={token}
          onRefused={refused}
          onClose={() => setOpen(undefined)}
          onCancelled={(news) => {
            setSaid(undefined)
            setOpen(undefined)
            onAppointment(news)
            window.scrollTo({ top: 0 })
          }}
        />
      )}
    </>
  )
}

/** Into the reader's own calendar, and the address of this page. */
function Keep({
  appointment,
  token,
  fresh,
}: {
  appointment: Appointment
  token: string
  fresh: boolean
}) {
  const t = useTexts()
  const [copied, setCopied] = useState(false)
  const url = `${location.origin}/b/appointment#token=${token}`
  return (
    <div class="bk-keep">
      <a class="btn" href={calendarFileOf(token)} download={t.calendarName}>
        <Glyph of="day" />
        {t.addToCalendar}
      </a>
      <a class="btn" href={googleAddress(appointment)} target="_blank" rel="noreferrer">
        {t.google}
      </a>
      {navigator.clipboard && (
        <button
          type="button"
          class="btn"
          onClick={() => {
            navigator.clipboard.writeText(url).then(
              () => setCopied(true),
              // The address stands in the browser's bar all the same.
              () => undefined,
            )
          }}
        >
          <Glyph of={copied ? 'check' : 'link'} />
          <span aria-live="polite">{copied ? t.copied : t.copyLink}</span>
        </button>
      )}
      {fresh && <p class="t3">{t.keepLink}</p>}
    </div>
  )
}

function Move({
  token,
  appointment,
  onMoved,
  onRefused,
  onClose,
}: {
  token: string
  appointment: Appointment
  onMoved: (appointment: Appointment) => void
  onRefused: (refusal: Refusal) => void
  onClose: () => void
}) {
  const t = useTexts()
  const locale = useLocale()
  const { time_zone: zone, slug } = appointment.tenant
  const [horizon, setHorizon] = useState(HORIZON_DAYS)
  const [slot, setSlot] = useState<Slot | undefined>()
  const [taken, setTaken] = useState<Refusal | undefined>()
  const [sending, setSending] = useState(false)
  const isSending = useRef(false)
  const keyOf = useRef(keys())
  useEffect(() => {
    bookingPage(slug).then(
      (page) => setHorizon(page.horizon_days),
      () => undefined,
    )
  }, [slug])
  const fetch = (from: Date, days: number) => otherSlots(token, from, days)
  const slots = useSlots(token, fetch, zone, horizon, appointment.starts_at)

  const submit = async () => {
    if (!slot || isSending.current) return
    isSending.current = true
    setSending(true)
    setTaken(undefined)
    try {
      onMoved(await move(token, slot.starts_at, keyOf.current({ at: slot.starts_at })))
    } catch (error) {
      const refusal = error instanceof Refusal ? error : new Refusal(500)
      if (refusal.code !== 'offline') keyOf.current = keys()
      if (refusal.code === 'slot_taken') setTaken(refusal)
      else onRefused(refusal)
    } finally {
      isSending.current = false
      setSending(false)
    }
  }

  return (
    <section class="bk-card">
      <Heading show>{t.moveTitle}</Heading>
      {taken && slot && (
        <Notice tone="warn">
          <p>{t.takenMove(clock(new Date(slot.starts_at), zone, locale))}</p>
          <Offers
            free={taken.free}
            zone={zone}
            onChoose={(offer) => {
              setSlot(offer)
              setTaken(undefined)
            }}
          />
        </Notice>
      )}
      <Picker slots={slots} zone={zone} chosen={slot} onChoose={setSlot} horizonDays={horizon} />
      <div class="bk-bar">
        {slot && (
          <span class="bk-sum" role="status">
            <When slot={slot} zone={zone} />
          </span>
        )}
        <button
          type="button"
          class="btn p bk-go"
          disabled={!slot}
          aria-disabled={sending}
          onClick={() => void submit()}
        >
          {sending ? t.moving : t.moveNow}
        </button>
        <button type="button" class="btn q" onClick={onClose}>
          {t.keep}
        </button>
      </div>
    </section>
  )
}
