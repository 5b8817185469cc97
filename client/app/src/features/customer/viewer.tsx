// The one screen of a customer: a page with its own address, or a panel beside the board. Live from
// the customer's topic for everybody who looks.
import './panes.css'
import './customer.css'
import './viewer.css'
import './model'
import './appointments-model'
import '@/features/activities/model'
import '@/features/reminders/model'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useEffect, useState } from 'react'
import { rememberCustomer } from '@/commands'
import { usePeople } from '@/features/customers/people'
import { usePresence, useRow, useRows, useTopic, useTopicStatus } from '@/live/hooks'
import { engine } from '@/live/live'
import type { Subscription } from '@/live/subscription'
import { useSignedIn } from '@/session/session'
import { AvatarStack } from '@/ui/avatar'
import { useMedia, usePhone } from '@/ui/media'
import { Banner, EmptyState, Skeleton } from '@/ui/states'
import type { CustomerDetail, Note } from '@/wire/records'
import { Hero } from './hero'
import { CustomerProvider, useCustomer } from './live'
import { Likenesses } from './merge'
import { SELF } from './model'
import { NextBanner } from './next'
import { Notes } from './notes'
import { type Asking, QuickSheets } from './quick'
import { Stages } from './stages'
import { useCustomerTexts } from './texts'
import { Timeline } from './timeline-view'
import { Who } from './who'
import { useCustomerWork, WorkPane, waiting } from './work'

const NARROW = '(max-width: 1180px)'

export type Mode = 'page' | 'panel'
export type Pane = 'timeline' | 'work' | 'notes' | 'details'

export function AlsoHere({ subscription }: { subscription: Subscription }) {
  const t = useCustomerTexts()
  const people = usePeople()
  const me = useSignedIn().user.id
  const others = usePresence(subscription).people.filter((each) => each.user !== me)
  const [first] = others
  if (!first) return null
  const shown = others.map((each) => ({ ...people.of(each.user), state: each.state }))
  const name = people.of(first.user).name.split(' ')[0] ?? ''
  return (
    <span className="row sm t2" style={{ gap: 6 }}>
      <AvatarStack people={shown} size="m" />
      <span className="max-lg:hidden">
        {others.length === 1
          ? t('alsoHere', { name })
          : t('alsoHereMany', { count: others.length })}
      </span>
    </span>
  )
}

function PaneTabs({
  panes,
  pane,
  counts,
  onPane,
}: {
  panes: readonly Pane[]
  pane: Pane
  counts: Partial<Record<Pane, number>>
  onPane: (p: Pane) => void
}) {
  const t = useCustomerTexts()
  const step = (by: number) => {
    const next = panes[(panes.indexOf(pane) + by + panes.length) % panes.length]
    if (!next) return
    onPane(next)
    document.getElementById(`tab-${next}`)?.focus()
  }
  return (
    <div className="pane-tabs" role="tablist" aria-label={t('sections')}>
      {panes.map((each) => (
        <button
          key={each}
          type="button"
          role="tab"
          id={`tab-${each}`}
          aria-selected={pane === each}
          aria-controls="pane"
          tabIndex={pane === each ? 0 : -1}
          onClick={() => onPane(each)}
          onKeyDown={(event) => {
            if (event.key === 'ArrowRight') step(1)
            else if (event.key === 'ArrowLeft') step(-1)
            else return
            event.preventDefault()
            event.stopPropagation()
          }}
        >
          {t(each)}
          {counts[each] ? <span className="t3 sm"> {counts[each]}</span> : null}
        </button>
      ))}
    </div>
  )
}

function Merged() {
  const t = useCustomerTexts()
  const { customer } = useCustomer()
  if (!customer.merged_into) return null
  return (
    <Banner
      action={
        <Link
          className="btn sm"
          to="/customers/$customerId"
          params={{ customerId: customer.merged_into }}
        >
          {t('openWinner')}
        </Link>
      }
    >
      {t('mergedInto')}
    </Banner>
  )
}

function Body({
  subscription,
  mode,
  pane,
  onPane,
}: {
  subscription: Subscription
  mode: Mode
  pane: Pane
  onPane: (pane: Pane) => void
}) {
  const t = useCustomerTexts()
  const notes = useRows<Note>(subscription, 'notes')
  const work = useCustomerWork(subscription)
  const isPhone = usePhone()
  const isNarrow = useMedia(NARROW) || mode === 'panel'
  const hasWho = !isPhone && mode === 'page'
  const [noteFocus, setNoteFocus] = useState(0)
  const [asking, ask] = useState<Asking>()

  const focusNote = () => {
    onPane('notes')
    setNoteFocus((n) => n + 1)
  }
  // Wide: the middle always shows the story, the right side what is to be done or the notes.
  const panes: Pane[] = isNarrow
    ? ['timeline', 'work', 'notes', ...(hasWho ? [] : ['details' as const])]
    : ['work', 'notes']
  const shown = panes.includes(pane) ? pane : (panes[0] as Pane)
  const parts: Record<Pane, ReactNode> = {
    details: (
      <aside className="who scroll" aria-label={t('details')}>
        <Likenesses onCompare={(other) => ask({ what: 'merge', other })} />
        <Who />
      </aside>
    ),
    timeline: (
      <Timeline
        subscription={subscription}
        notes={notes}
        top={<NextBanner work={work} ask={ask} />}
      />
    ),
    notes: (
      <section className="np scroll" aria-label={t('notes')}>
        <Notes notes={notes} focusOn={noteFocus} />
      </section>
    ),
    work: (
      <section className="wp scroll" aria-label={t('work')}>
        <WorkPane work={work} ask={ask} />
      </section>
    ),
  }
  const tabbed = (
    <div className={isNarrow ? 'pane' : 'pane rightpane'}>
      <PaneTabs
        panes={panes}
        pane={shown}
        counts={{ work: waiting(work), notes: notes.length }}
        onPane={onPane}
      />
      <div id="pane" role="tabpanel" aria-labelledby={`tab-${shown}`}>
        {parts[shown]}
      </div>
    </div>
  )
  return (
    <>
      <Merged />
      <Hero onNote={focusNote} ask={ask} work={work} />
      <Stages />
      {mode === 'panel' ? (
        tabbed
      ) : (
        <div className="three">
          {hasWho && parts.details}
          {!isNarrow && parts.timeline}
          {tabbed}
        </div>
      )}
      <QuickSheets asking={asking} onClose={() => ask(undefined)} />
    </>
  )
}

function Waiting() {
  return (
    <div className="cust-wait">
      <Skeleton width="60%" height={28} />
      <Skeleton height={30} />
      <Skeleton width="60%" />
      <Skeleton width="72%" />
      <Skeleton width="54%" />
    </div>
  )
}

export interface Frame {
  /** Empty while it is not known. */
  name: string
  alsoHere: ReactNode
  children: ReactNode
}

/** `frame` draws what is around: a screen, or a panel. */
export function CustomerViewer({
  id,
  mode,
  frame,
}: {
  id: string
  mode: Mode
  frame: (parts: Frame) => ReactNode
}) {
  // The chosen section stays while one walks from customer to customer.
  const isNarrow = useMedia(NARROW) || mode === 'panel'
  const [pane, setPane] = useState<Pane>(isNarrow ? 'timeline' : 'work')
  return <Loaded key={id} id={id} mode={mode} frame={frame} pane={pane} onPane={setPane} />
}

/** Nothing of the last customer may stay: drafts, open fields, sheets. */
function Loaded({
  id,
  mode,
  frame,
  pane,
  onPane,
}: {
  id: string
  mode: Mode
  frame: (parts: Frame) => ReactNode
  pane: Pane
  onPane: (pane: Pane) => void
}) {
  const t = useCustomerTexts()
  const subscription = useTopic(`customer:${id}`)
  const status = useTopicStatus(subscription)
  const customer = useRow<CustomerDetail>(subscription, 'customer', SELF)
  const name = customer?.name

  useEffect(() => {
    if (status === 'ready') engine.get()?.ephemeral(`customer:${id}`, 'viewing', { customer: id })
  }, [status, id])
  useEffect(() => {
    if (name) rememberCustomer(id, name)
  }, [id, name])

  if (status === 'failed' || (status === 'ready' && !customer)) {
    return frame({
      name: '',
      alsoHere: null,
      children: (
        <EmptyState
          title={t('notFound')}
          action={
            <Link className="btn" to="/customers" search={{}}>
              {t('backToList')}
            </Link>
          }
        />
      ),
    })
  }
  if (!subscription || !customer) return frame({ name: '', alsoHere: null, children: <Waiting /> })
  return (
    <CustomerProvider customer={customer} subscription={subscription} mode={mode}>
      {frame({
        name: customer.name,
        alsoHere: <AlsoHere subscription={subscription} />,
        children: <Body subscription={subscription} mode={mode} pane={pane} onPane={onPane} />,
      })}
    </CustomerProvider>
  )
}
