// Kind, who did it, whom it is about, and from which day to which.
import { X } from 'lucide-react'
import type { People } from '@/features/customers/people'
import { Avatar } from '@/ui/avatar'
import { Button } from '@/ui/button'
import { FilterSelect } from '@/ui/filter-select'
import { type AuditSearch, chosenGroups, groupIds, isFiltered } from './search'
import { useAuditTexts } from './texts'

type Change = { [K in keyof AuditSearch]?: AuditSearch[K] | undefined }

function Day({
  label,
  value,
  onChange,
}: {
  label: string
  value: string | undefined
  onChange: (day: string | undefined) => void
}) {
  return (
    <label className="audit-day">
      <span className="lbl">{label}</span>
      <input
        className="input"
        type="date"
        value={value ?? ''}
        onChange={(event) => onChange(event.target.value || undefined)}
      />
    </label>
  )
}

export function Filters({
  search,
  people,
  everybody,
  onChange,
}: {
  search: AuditSearch
  people: People
  /** Those who left are asked for as well. */
  everybody: readonly { id: string; name: string }[]
  onChange: (change: Change) => void
}) {
  const t = useAuditTexts()
  const options = everybody.map((person) => ({
    id: person.id,
    label: person.name,
    mark: <Avatar person={people.of(person.id)} />,
  }))
  // The server asks for one person at a time: the one chosen last.
  const one = (now: string | undefined, next: string[]) => next.find((id) => id !== now)
  return (
    <div className="people-filters" role="toolbar" aria-label={t('filters')}>
      <FilterSelect
        label={t('kind')}
        searchLabel={t('findKind')}
        emptyText={t('noOption')}
        options={groupIds.map((id) => ({ id, label: t(`group.${id}`) }))}
        value={chosenGroups(search.kind)}
        onChange={(kinds) => onChange({ kind: kinds.join(',') || undefined })}
      />
      <FilterSelect
        label={t('by')}
        searchLabel={t('findPerson')}
        emptyText={t('noOption')}
        options={[...options, { id: 'system', label: t('system') }]}
        value={search.by ? [search.by] : []}
        onChange={(next) => onChange({ by: one(search.by, next) })}
      />
      <FilterSelect
        label={t('user')}
        searchLabel={t('findPerson')}
        emptyText={t('noOption')}
        options={options}
        value={search.user ? [search.user] : []}
        onChange={(next) => onChange({ user: one(search.user, next) })}
      />
      <Day label={t('from')} value={search.from} onChange={(from) => onChange({ from })} />
      <Day label={t('to')} value={search.to} onChange={(to) => onChange({ to })} />
      {isFiltered(search) && (
        <Button
          small
          tone="quiet"
          icon={X}
          onPress={() =>
            onChange({
              kind: undefined,
              by: undefined,
              user: undefined,
              from: undefined,
              to: undefined,
            })
          }
        >
          {t('clear')}
        </Button>
      )}
    </div>
  )
}
