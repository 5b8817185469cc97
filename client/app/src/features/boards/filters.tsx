// The filter bar: one popover to choose, one chip for each choice, all of it in the address.
import { ListFilter } from 'lucide-react'
import { Suspense, useEffect, useRef } from 'react'
import { useCommonTexts } from '@/i18n/common'
import { moneyShort, number } from '@/i18n/format'
import { useSignedIn } from '@/session/session'
import { announce } from '@/ui/announce'
import { Chip } from '@/ui/chip'
import { Icon } from '@/ui/icon'
import type { User } from '@/wire/records'
import type { BoardControl } from './control'
import { FilterButton } from './lazy'
import type { BoardSearch } from './search'
import { sourceName } from './source'
import { useBoardTexts } from './texts'

export type ListKey = 'owner' | 'source' | 'quality' | 'tag'

export interface FiltersProps {
  control: BoardControl
  search: BoardSearch
  setSearch: (next: BoardSearch) => void
  users: readonly User[]
  shown: number
  total: number
  minor: number
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
  // Said once the numbers stand, for those who cannot see the columns shrink.
  const said = useRef(shown)
  useEffect(() => {
    if (said.current === shown || shown === total) {
      said.current = shown
      return
    }
    const timer = setTimeout(() => {
      said.current = shown
      announce(t('shown', { shown: number(shown), total: number(total) }))
    }, 700)
    return () => clearTimeout(timer)
  }, [shown, total, t])
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
    <div className="board-bar">
      <Suspense
        fallback={
          <span className="btn sm q">
            <Icon of={ListFilter} />
            {t('filter')}
          </span>
        }
      >
        <FilterButton {...props} />
      </Suspense>
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
