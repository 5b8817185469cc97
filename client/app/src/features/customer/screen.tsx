// One customer on a page of its own.
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { api } from '@/session/api'
import { Screen } from '@/shell/screen'
import { Icon } from '@/ui/icon'
import { usePhone } from '@/ui/media'
import type { Customer } from '@/wire/records'
import { useCustomer } from './live'
import { MergeDialog } from './merge'
import { useCustomerTexts } from './texts'
import { CustomerViewer, type Frame } from './viewer'

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

function Page({ name, alsoHere, children }: Frame) {
  const t = useCustomerTexts()
  return (
    <Screen title={name || t('customers')} heading={<Crumbs name={name} />} actions={alsoHere}>
      {children}
      {name && <MergeByAddress />}
    </Screen>
  )
}

export function CustomerScreen() {
  const { customerId } = useParams({ strict: false })
  return <CustomerViewer id={customerId ?? ''} mode="page" frame={(parts) => <Page {...parts} />} />
}
