// Which rows are chosen: some, one by one, or all that match but a few.
import { useMemo, useState } from 'react'
import type { Selection } from '@/features/bulk/model'
import type { Customer } from '@/wire/records'
import { type CustomersSearch, listFilter } from './search'

type Chosen =
  | { all: false; rows: ReadonlyMap<string, Customer> }
  | { all: true; except: ReadonlySet<string> }

const none: Chosen = { all: false, rows: new Map() }

/** What is chosen after the boxes of the loaded rows stand as they stand. */
export function ticked(now: Chosen, loaded: readonly Customer[], ids: ReadonlySet<string>): Chosen {
  if (now.all) {
    if (ids.size === 0) return none
    const except = new Set(now.except)
    for (const { id } of loaded) {
      if (ids.has(id)) except.delete(id)
      else except.add(id)
    }
    return { all: true, except }
  }
  const byId = new Map<string, Customer>(loaded.map((row) => [row.id, row]))
  const rows = new Map<string, Customer>()
  for (const id of ids) {
    const row = byId.get(id) ?? now.rows.get(id)
    if (row) rows.set(id, row)
  }
  return { all: false, rows }
}

/** As the server is told who is meant. */
export function selectionOf(chosen: Chosen, search: CustomersSearch): Selection {
  if (!chosen.all) return { ids: [...chosen.rows.keys()] }
  const q = search.q?.trim()
  return {
    filter: listFilter(search),
    ...(q ? { q } : {}),
    ...(chosen.except.size > 0 ? { except: [...chosen.except] } : {}),
  }
}

export function useChosen(loaded: readonly Customer[], total: number, search: CustomersSearch) {
  const [chosen, setChosen] = useState<Chosen>(none)
  const { ids, rows } = useMemo(() => {
    if (chosen.all) {
      const kept = loaded.filter(({ id }) => !chosen.except.has(id))
      return { ids: new Set<string>(kept.map(({ id }) => id)), rows: [] }
    }
    // Rows are taken as they are now, not as they were when they were chosen.
    const now = new Map<string, Customer>(loaded.map((row) => [row.id, row]))
    return {
      ids: new Set(chosen.rows.keys()),
      rows: [...chosen.rows].map(([id, row]) => now.get(id) ?? row),
    }
  }, [chosen, loaded])
  return {
    ids,
    rows,
    count: chosen.all ? Math.max(0, total - chosen.except.size) : rows.length,
    hasExceptions: chosen.all && chosen.except.size > 0,
    selection: selectionOf(chosen, search),
    select: (next: ReadonlySet<string>) => setChosen((now) => ticked(now, loaded, next)),
    selectAll: () => setChosen({ all: true, except: new Set() }),
    clear: () => setChosen(none),
  }
}
