// What the customer list shows stands in the address: a link is a saved view.
import type { Quality } from '@/wire/records'

export const sorts = [
  'name',
  '-name',
  'created_at',
  '-created_at',
  'updated_at',
  '-updated_at',
  'last_contact_at',
  '-last_contact_at',
] as const
export type Sort = (typeof sorts)[number]
export const defaultSort: Sort = '-created_at'

export interface CustomersSearch {
  q?: string
  owner?: string[]
  tag?: string[]
  quality?: Quality[]
  source?: string[]
  archived?: true
  sort?: Sort
  /** The saved view that this is, or began as. */
  view?: string
}

const listed = <T extends string = string>(
  value: unknown,
  known?: readonly T[],
): T[] | undefined => {
  const all = (Array.isArray(value) ? value : [value]).filter(
    (each): each is T => typeof each === 'string' && (!known || known.includes(each as T)),
  )
  return all.length > 0 ? all.slice(0, 50) : undefined
}

const qualities: readonly Quality[] = ['A', 'B', 'C', 'D']

export function customersSearch(search: Record<string, unknown>): CustomersSearch {
  const owner = listed(search.owner)
  const tag = listed(search.tag)
  const quality = listed(search.quality, qualities)
  const source = listed(search.source)
  const sort = sorts.find((each) => each === search.sort)
  // A bare number in the address (a phone fragment) arrives as a number.
  const q = typeof search.q === 'string' || typeof search.q === 'number' ? String(search.q) : ''
  return {
    ...(q ? { q } : {}),
    ...(owner ? { owner } : {}),
    ...(tag ? { tag } : {}),
    ...(quality ? { quality } : {}),
    ...(source ? { source } : {}),
    ...(search.archived === true ? { archived: true as const } : {}),
    ...(sort && sort !== defaultSort ? { sort } : {}),
    ...(typeof search.view === 'string' && search.view ? { view: search.view } : {}),
  }
}

/** What a saved view keeps: all but which view it is. */
export function viewQuery({ view: _, ...query }: CustomersSearch): Omit<CustomersSearch, 'view'> {
  return query
}

export const isFiltered = (search: CustomersSearch): boolean =>
  Boolean(
    search.q || search.owner || search.tag || search.quality || search.source || search.archived,
  )

/** The `filter` of `GET /customers` and of work on many. */
export function listFilter(search: CustomersSearch): Record<string, unknown> {
  const { owner, tag, quality, source, archived } = search
  return {
    ...(owner ? { owner } : {}),
    ...(tag ? { tag } : {}),
    ...(quality ? { quality } : {}),
    ...(source ? { source } : {}),
    ...(archived ? { archived } : {}),
  }
}

/** The query of `GET /customers` and of the export. */
export function listQuery(search: CustomersSearch): Record<string, string> {
  const filter = listFilter(search)
  return {
    ...(search.q?.trim() ? { q: search.q.trim() } : {}),
    ...(Object.keys(filter).length > 0 ? { filter: JSON.stringify(filter) } : {}),
    ...(search.sort && !search.q ? { sort: search.sort } : {}),
  }
}
