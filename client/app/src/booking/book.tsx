/** @jsxImportSource preact */
// /b/<slug>: what, when, who; then it is booked. Steps are entries of the browser's history, so that
// "back" goes back one of them and nothing that was typed is lost.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import {
  type Appointment,
  type BookingPage,
  book,
  freeSlots,
  keys,
  Refusal,
  type Slot,
} from './api'
import { Details, type Given, noneGiven, problemsOf } from './details'
import { Face, Glyph, Heading, Notice } from './parts'
import { Offers, Picker, When } from './picker'
import { Services } from './services'
import { useSlots } from './slots'
import { refusalText, useLocale, useTexts } from './texts'
import { clock } from './times'

type Step = 1 | 2 | 3

const stepOf = (state: unknown): Step => {
  const step = (state as { step?: number } | null)?.step
  return step === 2 || step === 3 ? step : 1
}

export function Book({
  page,
  again,
  onBooked,
}: {
  page: BookingPage
  /** Asks the server once more what is offered. */
  again: () => void
  onBooked: (token: string, appointment: Appointment, email: string) => void
}) {
  const t = useTexts()
  const locale = useLocale()
  const { tenant, services, people } = page
  const wanted = new URLSearchParams(location.search).get('service')
  const start =
    services.find(({ id }) => id === wanted) ?? (services.length === 1 ? services[0] : undefined)
  const [serviceId, setService] = useState(start?.id)
  const [person, setPerson] = useState<string | undefined>()
  const [slot, setSlot] = useState<Slot | undefined>()
  const [given, setGiven] = useState<Given>(noneGiven)
  const [step, setStep] = useState<Step>(1)
  const [problems, setProblems] = useState<Record<string, string>>({})
  const [refused, setRefused] = useState<Refusal | undefined>()
  const [taken, setTaken] = useState<Slot | undefined>()
  const [sending, setSending] = useState(false)
  const keyOf = useRef(keys())
  // state comes a moment late: a second press of the same moment must see the first
  const isSending = useRef(false)
  const moved = useRef(false)

  const service = services.find(({ id }) => id === serviceId)
  const choice = person && service?.people.includes(person) ? person : undefined
  const only = service?.people.length === 1 ? service.people[0] : undefined
  const who = people.find(({ id }) => id === (choice ?? only))

  const go = useCallback((to: Step) => {
    moved.current = true
    history.pushState({ step: to }, '')
    setStep(to)
    window.scrollTo({ top: 0 })
  }, [])
  useEffect(() => {
    history.replaceState({ step: 1 }, '')
    const follow = (event: PopStateEvent) => {
      moved.current = true
      setStep(stepOf(event.state))
    }
    window.addEventListener('popstate', follow)
    return () => window.removeEventListener('popstate', follow)
  }, [])
  const shown: Step = !service ? 1 : step === 3 && !slot ? 2 : step

  const failed = (refusal: Refusal) => {
    setRefused(refusal)
    const { code, fields } = refusal
    if (code === 'slot_taken') {
      setTaken(slot)
    } else if (fields.service) {
      setService(undefined)
      again()
      go(1)
    } else if (fields.person) {
      setPerson(undefined)
      again()
      go(1)
    } else if (fields.starts_at) {
      setSlot(undefined)
      go(2)
    } else setProblems(fields)
  }

  const submit = async () => {
    if (isSending.current || !service || !slot) return
    const found = problemsOf(given)
    setProblems(found)
    setRefused(undefined)
    setTaken(undefined)
    if (Object.keys(found).length > 0) return
    const content = {
      service: service.id,
      ...(choice ? { person: choice } : {}),
      starts_at: slot.starts_at,
      name: given.name.trim(),
      ...(given.phone.trim() ? { phone: given.phone.trim() } : {}),
      ...(given.email.trim() ? { email: given.email.trim() } : {}),
      ...(given.note.trim() ? { note: given.note.trim() } : {}),
      consent: given.consent,
    }
    isSending.current = true
    setSending(true)
    try {
      const made = await book(tenant.slug, content, keyOf.current(content))
      onBooked(made.token, made.appointment, given.email.trim())
    } catch (error) {
      // The same content after a refusal is a new wish; after silence it is the same one.
      const refusal = error instanceof Refusal ? error : new Refusal(500)
      if (refusal.code !== 'offline') keyOf.current = keys()
      failed(refusal)
    } finally {
      isSending.current = false
      setSending(false)
    }
  }

  if (services.length === 0) return <Notice tone="warn">{t.noServices}</Notice>
  return (
    <>
      <ol class="bk-steps" aria-label={t.steps}>
        {([t.service, t.time, t.details] as const).map((name, n) => (
          <li
            key={name}
            aria-current={n + 1 === shown ? 'step' : undefined}
            data-done={n + 1 < shown || undefined}
          >
            {name}
          </li>
        ))}
      </ol>
      {shown > 1 && service && (
        <Chosen
          label={t.changeService}
          onChange={() => go(1)}
          glyph={who ? <Face person={who} /> : <Glyph of="clock" />}
        >
          <b>{service.name}</b>
          <span class="t2">
            {t.minutes(service.minutes)}
            {service.people.length > 0 && ` · ${who?.name ?? t.anybody}`}
          </span>
        </Chosen>
      )}
      {shown === 3 && slot && (
        <Chosen label={t.changeTime} onChange={() => go(2)} glyph={<Glyph of="day" />}>
          <b>
            <When slot={slot} zone={tenant.time_zone} />
          </b>
        </Chosen>
      )}
      {shown === 1 && (
        <section class="bk-card">
          <Heading quiet={!moved.current}>{t.chooseService}</Heading>
          {refused && <GoneNotice refused={refused} />}
          <Services
            services={services}
            people={people}
            service={service}
            person={choice}
            onService={(id) => {
              setService(id)
              setSlot(undefined)
              setRefused(undefined)
            }}
            onPerson={(id) => {
              setPerson(id)
              setSlot(undefined)
            }}
          />
          <button type="button" class="btn p bk-go" disabled={!service} onClick={() => go(2)}>
            {t.next}
          </button>
        </section>
      )}
      {shown === 2 && service && (
        <section class="bk-card">
          <Heading>{t.chooseTime}</Heading>
          {refused && <GoneNotice refused={refused} />}
          <Time
            page={page}
            service={service.id}
            person={choice}
            slot={slot}
            onSlot={setSlot}
            onNext={() => go(3)}
          />
        </section>
      )}
      {shown === 3 && slot && (
        <section class="bk-card">
          <Heading>{t.yourDetails}</Heading>
          {taken && (
            <Notice tone="warn">
              <p>{t.taken(clock(new Date(taken.starts_at), tenant.time_zone, locale))}</p>
              <Offers
                free={refused?.free ?? []}
                zone={tenant.time_zone}
                onChoose={(offer) => {
                  setSlot(offer)
                  setTaken(undefined)
                  setRefused(undefined)
                }}
              />
              <button
                type="button"
                class="btn q"
                onClick={() => {
                  setSlot(undefined)
                  setTaken(undefined)
                  setRefused(undefined)
                  go(2)
                }}
              >
                {t.otherDays}
              </button>
            </Notice>
          )}
          <Details
            given={given}
            onGiven={(change) => setGiven((before) => ({ ...before, ...change }))}
            problems={problems}
            consent={page.consent}
            language={tenant.locale}
            sending={sending}
            onSubmit={() => void submit()}
            refusal={
              refused && !taken && Object.keys(refused.fields).length === 0
                ? refusalText(refused.code, locale)
                : undefined
            }
            blocked={taken !== undefined}
          />
        </section>
      )}
    </>
  )
}

/** A service, a person or a time that is offered no more. */
function GoneNotice({ refused }: { refused: Refusal }) {
  const locale = useLocale()
  const { fields } = refused
  const code = fields.service
    ? 'service_gone'
    : fields.person
      ? 'person_gone'
      : fields.starts_at
        ? 'time_gone'
        : undefined
  return code ? <Notice tone="warn">{refusalText(code, locale)}</Notice> : null
}

function Chosen({
  glyph,
  label,
  onChange,
  children,
}: {
  glyph: preact.ComponentChildren
  label: string
  onChange: () => void
  children: preact.ComponentChildren
}) {
  const t = useTexts()
  return (
    <div class="bk-chosen">
      {glyph}
      <div>{children}</div>
      <button type="button" class="btn q" aria-label={label} onClick={onChange}>
        {t.change}
      </button>
    </div>
  )
}

function Time({
  page,
  service,
  person,
  slot,
  onSlot,
  onNext,
}: {
  page: BookingPage
  service: string
  person: string | undefined
  slot: Slot | undefined
  onSlot: (slot: Slot | undefined) => void
  onNext: () => void
}) {
  const t = useTexts()
  const { tenant, horizon_days } = page
  const fetch = (from: Date, days: number) =>
    freeSlots(tenant.slug, { service, person }, from, days)
  const slots = useSlots(`${service} ${person ?? ''}`, fetch, tenant.time_zone, horizon_days)
  return (
    <>
      <Picker
        slots={slots}
        zone={tenant.time_zone}
        chosen={slot}
        onChoose={onSlot}
        horizonDays={horizon_days}
        withPerson={person !== undefined}
      />
      <div class="bk-bar">
        {slot && (
          <span class="bk-sum" role="status">
            <When slot={slot} zone={tenant.time_zone} />
          </span>
        )}
        <button type="button" class="btn p bk-go" disabled={!slot} onClick={onNext}>
          {t.next}
        </button>
      </div>
    </>
  )
}
