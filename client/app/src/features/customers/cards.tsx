// The list on a phone: one tappable card a customer.
import { Link } from '@tanstack/react-router'
import { SourceGlyph } from '@/features/boards/source'
import { ago } from '@/i18n/ago'
import { AvatarStack } from '@/ui/avatar'
import { VirtualList } from '@/ui/virtual-list'
import type { Customer } from '@/wire/records'
import { TagChips } from './columns'
import { Found } from './found'
import type { Fresh } from './live-list'
import type { People } from './people'
import { useCustomersTexts } from './texts'

export function CustomerCards({
  rows,
  query,
  people,
  fresh,
  onEnd,
}: {
  rows: readonly Customer[]
  query: string | undefined
  people: People
  fresh: Fresh
  onEnd: () => void
}) {
  const t = useCustomersTexts()
  return (
    <VirtualList
      label={t('list')}
      className="cust-cards"
      items={rows}
      keyOf={(row) => row.id}
      estimate={92}
      gap={8}
      onEnd={onEnd}
    >
      {(row) => {
        const level = fresh.get(row.id)
        const at = row.last_contact_at ?? row.created_at
        return (
          <Link
            to="/customers/$customerId"
            params={{ customerId: row.id }}
            className={`cust-card ${level === undefined ? '' : `f${level}`}`}
          >
            <span className="row">
              <b className="sp">
                <Found text={row.name || t('unnamed')} query={query} />
              </b>
              {row.quality && <span className="qual">{row.quality}</span>}
            </span>
            <span className="t2 el">
              <Found
                text={[row.phones[0]?.display ?? row.emails[0]?.display, row.company]
                  .filter(Boolean)
                  .join(' · ')}
                query={query}
              />
            </span>
            <span className="row t3 sm">
              <SourceGlyph source={row.source?.channel ?? null} />
              {ago(at)}
              <TagChips tags={row.tags} />
              <span className="sp" />
              <AvatarStack people={row.owners.map(people.of)} max={2} />
            </span>
          </Link>
        )
      }}
    </VirtualList>
  )
}
