import { X } from 'lucide-react'
import { sourceName } from '@/features/boards/source'
import { useSignedIn } from '@/session/session'
import { Avatar } from '@/ui/avatar'
import { Button } from '@/ui/button'
import { SelectField } from '@/ui/field'
import { FilterSelect } from '@/ui/filter-select'
import type { Quality } from '@/wire/records'
import type { People } from './people'
import { useSources, useTags } from './queries'
import { type CustomersSearch, defaultSort, isFiltered, type Sort, sorts } from './search'
import { useCustomersTexts } from './texts'

const qualities: readonly Quality[] = ['A', 'B', 'C', 'D']

export function Filters({
  search,
  people,
  onChange,
}: {
  search: CustomersSearch
  people: People
  onChange: (
    change: {
      [K in keyof CustomersSearch]?: CustomersSearch[K] | undefined
    },
  ) => void
}) {
  const t = useCustomersTexts()
  const { user } = useSignedIn()
  const tags = useTags().data ?? []
  const sources = useSources().data ?? []
  const listed = <T extends string>(values: string[]) =>
    values.length > 0 ? (values as T[]) : undefined
  const own = [...people.active].sort((a, b) => Number(b.id === user.id) - Number(a.id === user.id))
  const common = { searchLabel: t('findOption'), emptyText: t('noOption') }
  return (
    <div className="filters" role="toolbar" aria-label={t('filters')}>
      <FilterSelect
        {...common}
        label={t('owner')}
        searchLabel={t('findPerson')}
        options={[
          { id: 'none', label: t('noOwner') },
          ...own.map((each) => ({ id: each.id, label: each.name, mark: <Avatar person={each} /> })),
        ]}
        value={search.owner ?? []}
        onChange={(owner) => onChange({ owner: listed(owner) })}
      />
      <FilterSelect
        {...common}
        label={t('tag')}
        searchLabel={t('findTag')}
        options={tags.map((each) => ({ id: each.name, label: each.name, count: each.count }))}
        value={search.tag ?? []}
        onChange={(tag) => onChange({ tag: listed(tag) })}
      />
      <FilterSelect
        {...common}
        label={t('quality')}
        options={qualities.map((id) => ({ id, label: id }))}
        value={search.quality ?? []}
        onChange={(quality) => onChange({ quality: listed<Quality>(quality) })}
      />
      <FilterSelect
        {...common}
        label={t('source')}
        options={sources.map((each) => ({
          id: each.name,
          label: sourceName(each.name),
          count: each.count,
        }))}
        value={search.source ?? []}
        onChange={(source) => onChange({ source: listed(source) })}
      />
      <button
        type="button"
        className={search.archived ? 'fchip on' : 'fchip'}
        aria-pressed={search.archived ?? false}
        onClick={() => onChange({ archived: search.archived ? undefined : true })}
      >
        {t('archived')}
      </button>
      {isFiltered(search) && (
        <Button
          small
          tone="quiet"
          icon={X}
          onPress={() =>
            onChange({
              q: undefined,
              owner: undefined,
              tag: undefined,
              quality: undefined,
              source: undefined,
              archived: undefined,
            })
          }
        >
          {t('clearFilters')}
        </Button>
      )}
      <span className="sp" />
      {search.q ? (
        <span className="t3 sm whitespace-nowrap">{t('relevance')}</span>
      ) : (
        <div className="sort">
          <SelectField<Sort>
            label={t('sort')}
            hideLabel
            options={sorts.map((id) => ({ id, label: t(`sort.${id}`) }))}
            value={search.sort ?? defaultSort}
            onChange={(sort) => onChange({ sort: sort === defaultSort ? undefined : sort })}
          />
        </div>
      )}
    </div>
  )
}
