// One customer on one page: who, what happened, what was noted. Live from the customer's topic.
import './panes.css'
import './customer.css'
import './model'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useEffect, useState } from 'react'
import { rememberCustomer } from '@/commands'
import { usePresence, useRow, useRows, useTopic, useTopicStatus } from '@/live/hooks'
import { engine } from '@/live/live'
import type { Subscription } from '@/live/subscription'
import { api } from '@/session/api'
import { Screen } from '@/shell/screen'
import { AvatarStack } from '@/ui/avatar'
import { Icon } from '@/ui/icon'
import { useMedia, usePhone } from '@/ui/media'
import { Banner, EmptyState, Skeleton } from '@/ui/states'
import type { Customer, CustomerDetail, Note } from '@/wire/records'
import { Hero } from './hero'
import { CustomerProvider, useCustomer } from './live'
import { Likenesses, MergeDialog } from './merge'
import { SELF } from './model'
import { Notes } from './notes'
import { Stages } from './stages'
import { useCustomerTexts } from './texts'
import { Timeline } from './timeline-view'
import { Who } from './who'

type Pane = 'timeline' | 'details' | 'notes'

function AlsoHere({ subscription }: { subscription: Subscription }) {
  const t = useCustomerTexts()
  const { people, me } = useCustomer()
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
  onPane,
}: {
  panes: readonly Pane[]
  pane: Pane
  onPane: (p: Pane) => void
}) {
  const t = useCustomerTexts()
  return (
    <div className="pane-tabs" role="tablist">
      {panes.map((each) => (
        <button
          key={each}
          type="button"
          role="tab"
          id={`tab-${each}`}
          aria-selected={pane === each}
          aria-controls="pane"
          onClick={() => onPane(each)}
        >
          {t(each)}
        </button>
      ))}
    </div>
  )
}

function Page({ subscription }: { subscription: Subscription }) {
  const t = useCustomerTexts()
  const { customer } = useCustomer()
  const notes = useRows<Note>(subscription, 'notes')
  const isPhone = usePhone()
  const isNarrow = useMedia('(max-width: 1180px)')
  const [pane, setPane] = useState<Pane>('timeline')
  const [noteFocus, setNoteFocus] = useState(0)
  const [merging, setMerging] = useState<{ other: Customer | undefined }>()

  const focusNote = () => {
    if (isNarrow) setPane('notes')
    setNoteFocus((n) => n + 1)
  }

  const panes: Pane[] = isPhone ? ['timeline', 'details', 'notes'] : ['timeline', 'notes']
  const who = (
    <aside className="who scroll" aria-label={t('details')}>
      <Likenesses onCompare={(other) => setMerging({ other })} />
      <Who />
    </aside>
  )
  const timeline = (
    <section className="tl scroll" aria-label={t('timeline')}>
      <Timeline subscription={subscription} notes={notes} />
    </section>
  )
  const notePane = (
    <section className="np scroll" aria-label={t('notes')}>
      {!isNarrow && <h2>{t('notes')}</h2>}
      <Notes notes={notes} focusOn={noteFocus} />
    </section>
  )
  return (
    <>
      {customer.merged_into && (
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
      )}
      <Hero onNote={focusNote} onMerge={() => setMerging({ other: undefined })} />
      <Stages />
      <div className="three">
        {!isPhone && who}
        {isNarrow ? (
          <div className="pane">
            <PaneTabs panes={panes} pane={pane} onPane={setPane} />
            <div id="pane" role="tabpanel" aria-labelledby={`tab-${pane}`}>
              {pane === 'notes' ? notePane : pane === 'details' && isPhone ? who : timeline}
            </div>
          </div>
        ) : (
          <>
            {timeline}
            {notePane}
          </>
        )}
      </div>
      {merging && <MergeDialog initial={merging.other} onClose={() => setMerging(undefined)} />}
      <MergeByAddress />
    </>
  )
}

/** `?merge=<id>`: the list of duplicates leads here with both records named. */
function MergeByAddress() {
  const { customer } = useCustomer()
  const navigate = useNavigate()
  const { merge } = useSearch({ strict: false }) as { merge?: string }
  const other = useQuery({
    queryKey: ['customer', merge],
    queryFn: () => api.get<Customer>(`/customers/${merge}`),
    enabled: merge !== undefined && !customer.merged_into,
  }).data
  if (!merge || !other || other.merged_into) return null
  const close = () =>
    void navigate({
      to: '/customers/$customerId',
      params: { customerId: customer.id },
      search: {},
      replace: true,
    })
  return <MergeDialog initial={other} onClose={close} />
}

function Waiting() {
  return (
    <div className="cust-wait">
      <Skeleton width={320} height={28} />
      <Skeleton height={30} />
      <Skeleton width="60%" />
      <Skeleton width="72%" />
      <Skeleton width="54%" />
    </div>
  )
}

function Crumbs({ name }: { name: string }) {
  const t = useCustomerTexts()
  const isPhone = usePhone()
  return (
    <nav className="crumb t3 row" aria-label={t('location')}>
      {isPhone && <Icon of={ChevronLeft} />}
      <Link to="/customers" search={{}}>
        {t('customers')}
      </Link>
      {!name && <h1 className="vh">{t('customers')}</h1>}
      {!isPhone && name && (
        <>
          <Icon of={ChevronRight} size="s" />
          <span className="el" style={{ color: 'var(--text-1)' }}>
            {name}
          </span>
        </>
      )}
    </nav>
  )
}

export function CustomerScreen() {
  const { customerId } = useParams({ strict: false })
  // Nothing of the last customer may stay: drafts, open fields, chosen panes.
  return <Loaded key={customerId} id={customerId ?? ''} />
}

function Loaded({ id }: { id: string }) {
  const t = useCustomerTexts()
  const subscription = useTopic(`customer:${id}`)
  const status = useTopicStatus(subscription)
  const customer = useRow<CustomerDetail>(subscription, 'customer', SELF)

  useEffect(() => {
    if (status === 'ready') engine.get()?.ephemeral(`customer:${id}`, 'viewing', { customer: id })
  }, [status, id])

  const name = customer?.name
  useEffect(() => {
    if (name) rememberCustomer(id, name)
  }, [id, name])

  if (status === 'failed' || (status === 'ready' && !customer)) {
    return (
      <Screen title={t('customers')} heading={<Crumbs name="" />}>
        <EmptyState
          title={t('notFound')}
          action={
            <Link className="btn" to="/customers" search={{}}>
              {t('backToList')}
            </Link>
          }
        />
      </Screen>
    )
  }
  if (!subscription || !customer) {
    return (
      <Screen title={t('customers')} heading={<Crumbs name="" />}>
        <Waiting />
      </Screen>
    )
  }
  return (
    <CustomerProvider customer={customer} subscription={subscription}>
      <Screen
        title={customer.name}
        heading={<Crumbs name={customer.name} />}
        actions={<AlsoHere subscription={subscription} />}
      >
        <Page subscription={subscription} />
      </Screen>
    </CustomerProvider>
  )
}
