// Pairs that may be one person, for those who may merge.
import './customers.css'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ChevronRight } from 'lucide-react'
import { api } from '@/session/api'
import { hasFailed } from '@/session/reads'
import { Screen } from '@/shell/screen'
import { Avatar } from '@/ui/avatar'
import { Chip } from '@/ui/chip'
import { Icon } from '@/ui/icon'
import { EmptyState, ErrorState, Skeleton } from '@/ui/states'
import type { Customer, Page } from '@/wire/records'
import { useCustomersTexts } from './texts'

interface Pair {
  a: Customer
  b: Customer
  reasons: { kind: string; value: string }[]
}

function Side({ customer }: { customer: Customer }) {
  return (
    <Link
      className="pair-side"
      to="/customers/$customerId"
      params={{ customerId: customer.id }}
      search={{}}
    >
      <Avatar person={customer} size="m" />
      <span className="names">
        <b>{customer.name}</b>
        <span className="sm t3">
          {[customer.phones[0]?.display, customer.emails[0]?.display, customer.company]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </span>
    </Link>
  )
}

export function DuplicatesScreen() {
  const t = useCustomersTexts()
  const pairs = useQuery({
    queryKey: ['duplicates', 'pairs'],
    queryFn: async () => (await api.get<Page<Pair>>('/customers/duplicates', { limit: 100 })).items,
  })
  const reason = (kind: string) =>
    kind === 'phone' || kind === 'email' || kind === 'name' ? t(`reason_${kind}`) : kind
  return (
    <Screen
      title={t('duplicates')}
      heading={
        <nav className="crumb t3 row" aria-label={t('location')}>
          <Link to="/customers" search={{}}>
            {t('title')}
          </Link>
          <Icon of={ChevronRight} size="s" />
          <h1 style={{ font: 'inherit', color: 'var(--text-1)' }}>{t('duplicates')}</h1>
        </nav>
      }
    >
      <div className="pairs scroll">
        <div className="column">
          {hasFailed(pairs) ? (
            <ErrorState error={pairs.error} onRetry={() => void pairs.refetch()} />
          ) : pairs.isPending ? (
            <Skeleton height={160} />
          ) : pairs.data.length === 0 ? (
            <EmptyState title={t('noDuplicates')}>{t('noDuplicatesBody')}</EmptyState>
          ) : (
            <>
              <p className="t3">{t('duplicatesLead')}</p>
              <ul className="lines">
                {pairs.data.map(({ a, b, reasons }) => (
                  <li className="pair" key={`${a.id} ${b.id}`}>
                    <Side customer={a} />
                    <Side customer={b} />
                    <span className="chips">
                      {[...new Set(reasons.map((each) => reason(each.kind)))].map((each) => (
                        <Chip key={each} tone="warn">
                          {each}
                        </Chip>
                      ))}
                    </span>
                    <Link
                      className="btn sm"
                      to="/customers/$customerId"
                      params={{ customerId: a.id }}
                      search={{ merge: b.id }}
                    >
                      {t('compare')}
                    </Link>
                  </li>
                ))}
              </ul>
            </>
          )}
        </div>
      </div>
    </Screen>
  )
}
