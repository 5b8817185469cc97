// The filter bar: one popover to choose, one chip for each choice, all of it in the address.
import { ListFilter } from 'lucide-react'
import { useMemo } from 'react'
import { Button as AriaButton, Dialog, DialogTrigger, Popover } from 'react-aria-components'
import { useCommonTexts } from '@/i18n/common'
import { compareNames } from '@/i18n/fold'
import { moneyShort, number } from '@/i18n/format'
import { useSignedIn } from '@/session/session'
import { Avatar } from '@/ui/avatar'
import { Chip } from '@/ui/chip'
import { SearchField } from '@/ui/field'
import { Icon } from '@/ui/icon'
import type { Card, User } from '@/wire/records'
import type { BoardControl } from './control'
import type { BoardSearch } from './search'
import { sourceName } from './source'
import { useBoardTexts } from './texts'

type ListKey = 'owner' | 'source' | 'quality' | 'tag'

export interface FiltersProps {
  control: BoardControl
  search: BoardSearch
  setSearch: (next: BoardSearch) => void
  users: readonly User[]
  shown: number
  total: number
  minor: number
}

const toggled = (search: BoardSearch, key: ListKey, value: string): BoardSearch => {
  const list = search[key] ?? []
  const next = list.includes(value) ? list.filter((v) => v !== value) : [...list, value]
  return { ...search, [key]: next }
}

export function Filters(props: FiltersProps) {
  const { search, setSearch, users, shown, total, minor } = props
  const t = useBoardTexts()
  const c = useCommonTexts()
  const { tenant } = useSignedIn()
  const names: Record<ListKey, (value: string) => string> = {
    owner: (id) =>
      id === 'none' ? t('noOwner') : (users.find((u) => u.id === id)?.name ?? c('unknownUser')),
    source: sourceName,
    quality: (q) => q,
    tag: (tag) => tag,
  }
  const chips = (['owner', 'source', 'quality', 'tag'] as const).filter(
    (key) => search[key]?.length,
  )
  const without = (key: keyof BoardSearch) => {
    const { [key]: _, ...rest } = search
    setSearch(rest)
  }
  const chip = (key: keyof BoardSearch, text: string) => (
    <Chip
      key={key}
      tone="line"
      onRemove={() => without(key)}
      removeLabel={`${t('removeFilter')}: ${text}`}
    >
      {text}
    </Chip>
  )
  return (
    <div className="bar">
      <DialogTrigger>
        <AriaButton className="btn sm q">
          <Icon of={ListFilter} />
          {t('filter')}
        </AriaButton>
        <Popover className="pop" placement="bottom start" offset={4}>
          <Dialog className="filter-pop" aria-label={t('filter')}>
            <FilterChoices {...props} />
          </Dialog>
        </Popover>
      </DialogTrigger>
      {chips.map((key) => chip(key, `${t(key)}: ${search[key]?.map(names[key]).join(', ')}`))}
      {search.overdue && chip('overdue', t('overdue'))}
      {search.q && chip('q', `“${search.q}”`)}
      {chips.length + (search.q ? 1 : 0) > 1 && (
        <button type="button" className="btn sm q" onClick={() => setSearch({})}>
          {t('clearFilters')}
        </button>
      )}
      <span className="sp" />
      <span className="sm t3 max-sm:hidden" style={{ whiteSpace: 'nowrap' }} aria-live="off">
        {shown === total
          ? t('cards', { count: total })
          : t('shown', { shown: number(shown), total: number(total) })}
        {minor > 0 && ` · ${moneyShort({ minor, currency: tenant.currency })}`}
      </span>
    </div>
  )
}

function FilterChoices({ control, search, setSearch, users }: FiltersProps) {
  const t = useBoardTexts()
  const { user: me } = useSignedIn()
  // Choices come from the cards at hand, when the popover opens.
  const found = useMemo(() => {
    const sources = new Set<string>()
    const tags = new Set<string>()
    const owners = new Set<string>()
    for (const card of control.source.list<Card>('cards')) {
      if (card.source) sources.add(card.source)
      for (const tag of card.tags) tags.add(tag)
      for (const owner of card.owners) owners.add(owner)
    }
    return {
      sources: [...sources].sort(compareNames),
      tags: [...tags].sort(compareNames).slice(0, 60),
      owners,
    }
  }, [control])
  const owners = users
    .filter((u) => u.active || found.owners.has(u.id))
    .sort((a, b) => Number(b.id === me.id) - Number(a.id === me.id) || compareNames(a.name, b.name))
  const group = (key: ListKey, values: readonly (readonly [string, string, User?])[]) =>
    values.length > 0 && (
      <fieldset style={{ border: 0, margin: 0, padding: 0 }}>
        <legend className="lbl">{t(key)}</legend>
        <div className="opts">
          {values.map(([value, label, user]) => (
            <button
              type="button"
              key={value}
              className="pick"
              aria-pressed={search[key]?.includes(value) ?? false}
              onClick={() => setSearch(toggled(search, key, value))}
            >
              {user && <Avatar person={user} />}
              {label}
            </button>
          ))}
        </div>
      </fieldset>
    )
  return (
    <>
      <div className="sm:hidden">
        <SearchField
          label={t('searchBoard')}
          value={search.q ?? ''}
          onChange={(q) => setSearch({ ...search, q })}
        />
      </div>
      {group('owner', [
        ...owners.map((u) => [u.id, u.name, u] as const),
        ['none', t('noOwner')] as const,
      ])}
      {group(
        'quality',
        ['A', 'B', 'C', 'D'].map((q) => [q, q] as const),
      )}
      {group(
        'source',
        found.sources.map((s) => [s, sourceName(s)] as const),
      )}
      {group(
        'tag',
        found.tags.map((tag) => [tag, tag] as const),
      )}
      <div>
        <button
          type="button"
          className="pick"
          aria-pressed={search.overdue ?? false}
          onClick={() => setSearch({ ...search, overdue: !search.overdue })}
        >
          {t('overdueOnly')}
        </button>
      </div>
    </>
  )
}
