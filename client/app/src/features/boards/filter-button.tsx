// The popover of the filter bar: what can be chosen.
import { ListFilter } from 'lucide-react'
import { useMemo } from 'react'
import { Button as AriaButton, Dialog, DialogTrigger, Popover } from 'react-aria-components'
import { compareNames } from '@/i18n/fold'
import { useSignedIn } from '@/session/session'
import { Avatar } from '@/ui/avatar'
import { Icon } from '@/ui/icon'
import { SearchField } from '@/ui/search-field'
import type { Card, User } from '@/wire/records'
import type { FiltersProps, ListKey } from './filters'
import type { BoardSearch } from './search'
import { sourceName } from './source'
import { useBoardTexts } from './texts'

const toggled = (search: BoardSearch, key: ListKey, value: string): BoardSearch => {
  const list = search[key] ?? []
  const next = list.includes(value) ? list.filter((v) => v !== value) : [...list, value]
  return { ...search, [key]: next }
}

export function FilterButton(props: FiltersProps) {
  const t = useBoardTexts()
  return (
    <DialogTrigger>
      <AriaButton className="btn sm q">
        <Icon of={ListFilter} />
        {t('filter')}
      </AriaButton>
      <Popover className="pop" placement="bottom start" offset={4}>
        <Dialog className="board-filter" aria-label={t('filter')}>
          <Choices {...props} />
        </Dialog>
      </Popover>
    </DialogTrigger>
  )
}

function Choices({ control, search, setSearch, users }: FiltersProps) {
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
              className="board-pick"
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
          className="board-pick"
          aria-pressed={search.overdue ?? false}
          onClick={() => setSearch({ ...search, overdue: !search.overdue })}
        >
          {t('overdueOnly')}
        </button>
      </div>
    </>
  )
}
