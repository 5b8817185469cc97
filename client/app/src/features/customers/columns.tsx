// The columns of the list; headers that can sort are buttons.
import { Link } from '@tanstack/react-router'
import { ArrowDown, ArrowUp } from 'lucide-react'
import { SourceGlyph, sourceName } from '@/features/boards/source'
import { ago } from '@/i18n/ago'
import { dateTime } from '@/i18n/format'
import { AvatarStack } from '@/ui/avatar'
import { Chip } from '@/ui/chip'
import { Icon } from '@/ui/icon'
import type { Column } from '@/ui/table'
import type { Customer } from '@/wire/records'
import { Found } from './found'
import type { Fresh } from './live-list'
import type { People } from './people'
import { type CustomersSearch, defaultSort, type Sort } from './search'
import { useCustomersTexts } from './texts'

type Sortable = 'name' | 'created_at' | 'last_contact_at'

function SortHeader({
  by,
  text,
  search,
  onSort,
}: {
  by: Sortable
  text: string
  search: CustomersSearch
  onSort: (sort: Sort) => void
}) {
  const t = useCustomersTexts()
  const now = search.sort ?? defaultSort
  const isOn = !search.q && now.replace('-', '') === by
  const first: Sort = by === 'name' ? 'name' : `-${by}`
  const other: Sort = by === 'name' ? '-name' : by
  return (
    <button
      type="button"
      className="sorter"
      data-on={isOn || undefined}
      aria-label={t('sortBy', { column: text })}
      disabled={Boolean(search.q)}
      onClick={() => onSort(isOn && now === first ? other : first)}
    >
      {text}
      {isOn && <Icon of={now.startsWith('-') ? ArrowDown : ArrowUp} size="s" />}
    </button>
  )
}

export function TagChips({ tags, max = 2 }: { tags: readonly string[]; max?: number }) {
  const rest = tags.length - max
  return (
    <span className="chips">
      {tags.slice(0, max).map((tag) => (
        <Chip key={tag}>{tag}</Chip>
      ))}
      {rest > 0 && (
        <span className="t3 sm" title={tags.slice(max).join(', ')}>
          +{rest}
        </span>
      )}
    </span>
  )
}

const When = ({ at }: { at: string | null }) =>
  at ? <span title={dateTime(new Date(at))}>{ago(at)}</span> : <span className="t3">—</span>

export function useColumns({
  search,
  onSort,
  people,
  fresh,
}: {
  search: CustomersSearch
  onSort: (sort: Sort) => void
  people: People
  fresh: Fresh
}): Column<Customer>[] {
  const t = useCustomersTexts()
  const sorter = (by: Sortable, text: string) => (
    <SortHeader by={by} text={text} search={search} onSort={onSort} />
  )
  return [
    {
      id: 'name',
      header: sorter('name', t('name')),
      width: '26%',
      cell: (row) => {
        const level = fresh.get(row.id)
        return (
          <span className={`cust ${level === undefined ? '' : `f${level}`}`}>
            <Link
              className="el"
              to="/customers/$customerId"
              params={{ customerId: row.id }}
              tabIndex={-1}
              title={row.name}
            >
              <Found text={row.name || t('unnamed')} query={search.q} />
            </Link>
            {row.company && (
              <span className="t3 el" title={row.company}>
                <Found text={row.company} query={search.q} />
              </span>
            )}
          </span>
        )
      },
    },
    {
      id: 'phone',
      header: t('phone'),
      width: '13%',
      cell: (row) => <Found text={row.phones[0]?.display ?? ''} query={search.q} />,
    },
    {
      id: 'email',
      header: t('email'),
      width: '18%',
      cell: (row) => (
        <span className="el block t2" title={row.emails[0]?.value}>
          <Found text={row.emails[0]?.display ?? ''} query={search.q} />
        </span>
      ),
    },
    {
      id: 'quality',
      header: t('quality'),
      width: '64px',
      cell: (row) => row.quality && <span className="qual">{row.quality}</span>,
    },
    { id: 'tags', header: t('tags'), width: '17%', cell: (row) => <TagChips tags={row.tags} /> },
    {
      id: 'owner',
      header: t('owner'),
      width: '76px',
      cell: (row) => <AvatarStack people={row.owners.map(people.of)} max={2} />,
    },
    {
      id: 'source',
      header: t('source'),
      width: '11%',
      cell: (row) =>
        row.source && (
          <span className="row t2" style={{ gap: 6 }}>
            <SourceGlyph source={row.source.channel} />
            <span className="el" aria-hidden="true">
              {sourceName(row.source.channel)}
            </span>
          </span>
        ),
    },
    {
      id: 'contact',
      header: sorter('last_contact_at', t('contact')),
      width: '104px',
      align: 'right',
      cell: (row) => <When at={row.last_contact_at} />,
    },
    {
      id: 'created',
      header: sorter('created_at', t('created')),
      width: '92px',
      align: 'right',
      cell: (row) => <When at={row.created_at} />,
    },
  ]
}
