/** @jsxImportSource preact */
// The entry of the pages for people without an account: /b/<slug> and /b/appointment#token=…
// Nothing of the app is loaded here, neither its shell nor its session: a guest has a phone and a
// weak signal.
import './page.css'
import './picker.css'
import './details.css'
import './appointment.css'
import { render } from 'preact'
import { useCallback, useEffect, useState } from 'preact/hooks'
import { type Appointment, appointmentOf, type BookingPage, bookingPage, Refusal } from './api'
import { ShowAppointment } from './appointment'
import { Book } from './book'
import { chosenLocale, keepLocale, type Locale, localeOf } from './locale'
import { Frame, Glyph, Nothing, Notice, Skeleton } from './parts'
import { catalogs, LocaleContext, refusalText, useLocale, useTexts } from './texts'
import { useOnline } from './use'

const APPOINTMENT = '/b/appointment'

const tokenOf = (): string | undefined =>
  location.pathname.replace(/\/$/, '') === APPOINTMENT
    ? (new URLSearchParams(location.hash.slice(1)).get('token') ?? undefined)
    : undefined

/** Slugs are plain letters: what is not, is nobody's, and the server says so. */
const slugOf = (): string => location.pathname.split('/')[2] || '-'

type What =
  | { is: 'loading' }
  | { is: 'page'; page: BookingPage }
  | { is: 'appointment'; token: string; appointment: Appointment; booked?: { email: string } }
  | { is: 'refused'; refusal: Refusal }

async function read(): Promise<What> {
  const token = tokenOf()
  try {
    return token
      ? { is: 'appointment', token, appointment: await appointmentOf(token) }
      : { is: 'page', page: await bookingPage(slugOf()) }
  } catch (error) {
    return { is: 'refused', refusal: error instanceof Refusal ? error : new Refusal(500) }
  }
}

function App() {
  const [what, setWhat] = useState<What>({ is: 'loading' })
  const [chosen, setChosen] = useState(chosenLocale)
  const tenant =
    what.is === 'page'
      ? what.page.tenant
      : what.is === 'appointment'
        ? what.appointment.tenant
        : undefined
  const locale = chosen ?? localeOf(tenant?.locale)

  const load = useCallback(() => {
    setWhat({ is: 'loading' })
    void read().then(setWhat)
  }, [])
  useEffect(() => {
    load()
    window.addEventListener('hashchange', load)
    return () => window.removeEventListener('hashchange', load)
  }, [load])

  useEffect(() => {
    const t = catalogs[locale]
    document.documentElement.lang = locale
    if (tenant) {
      document.title = what.is === 'page' ? t.bookAt(tenant.name) : t.appointmentAt(tenant.name)
    }
  }, [locale, tenant, what.is])

  const setLocale = (next: Locale) => {
    keepLocale(next)
    setChosen(next)
  }
  const booked = useCallback((token: string, appointment: Appointment, email: string) => {
    // The page of the link from here on: a reload shows the same, and "back" begins anew.
    history.replaceState(null, '', `${APPOINTMENT}#token=${token}`)
    setWhat({ is: 'appointment', token, appointment, booked: { email } })
    window.scrollTo({ top: 0 })
  }, [])
  const again = useCallback(() => {
    void read().then((next) => {
      if (next.is === 'page') setWhat(next)
    })
  }, [])

  return (
    <LocaleContext.Provider value={locale}>
      <Frame
        locale={locale}
        onLocale={setLocale}
        name={<Name what={what} />}
        lead={what.is === 'page' && <Lead page={what.page} />}
      >
        <Offline />
        {what.is === 'loading' && <Skeleton />}
        {what.is === 'page' && <Book page={what.page} again={again} onBooked={booked} />}
        {what.is === 'appointment' && (
          <ShowAppointment
            key={what.token}
            token={what.token}
            appointment={what.appointment}
            booked={what.booked}
            onAppointment={(appointment) =>
              setWhat((now) => (now.is === 'appointment' ? { ...now, appointment } : now))
            }
          />
        )}
        {what.is === 'refused' && <Refused refusal={what.refusal} onRetry={load} />}
      </Frame>
    </LocaleContext.Provider>
  )
}

function Name({ what }: { what: What }) {
  const t = useTexts()
  if (what.is === 'refused') return null
  const name =
    what.is === 'page'
      ? what.page.tenant.name
      : what.is === 'appointment'
        ? what.appointment.tenant.name
        : undefined
  return (
    <>
      <p class="bk-kind">
        {what.is === 'appointment' || tokenOf() ? t.yourAppointment : t.booking}
      </p>
      {name ? <h1>{name}</h1> : <div class="skel" style={{ height: 30, width: 220 }} />}
    </>
  )
}

function Lead({ page }: { page: BookingPage }) {
  return (
    <>
      {page.intro && <p class="bk-intro">{page.intro}</p>}
      {page.place && (
        <p class="bk-place">
          <Glyph of="pin" />
          {page.place}
        </p>
      )}
    </>
  )
}

function Offline() {
  const t = useTexts()
  return useOnline() ? null : <Notice tone="warn">{t.offline}</Notice>
}

function Refused({ refusal, onRetry }: { refusal: Refusal; onRetry: () => void }) {
  const t = useTexts()
  const locale = useLocale()
  useEffect(() => {
    if (refusal.code !== 'offline') return
    window.addEventListener('online', onRetry)
    return () => window.removeEventListener('online', onRetry)
  }, [refusal, onRetry])
  if (refusal.status === 404) {
    return tokenOf() ? (
      <Nothing title={t.badLink}>{t.badLinkText}</Nothing>
    ) : (
      <Nothing title={t.notFound}>{t.notFoundText}</Nothing>
    )
  }
  return (
    <Nothing
      title={t.failed}
      action={
        <button type="button" class="btn p" onClick={onRetry}>
          {t.retry}
        </button>
      }
    >
      {refusalText(refusal.code, locale)}
    </Nothing>
  )
}

const root = document.getElementById('root')
if (root) render(<App />, root)
