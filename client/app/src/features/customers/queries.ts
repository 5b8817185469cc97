// The list is read page by page over HTTP and kept true by the tenant's events.
import {
  type InfiniteData,
  keepPreviousData,
  type QueryClient,
  useInfiniteQuery,
  useQuery,
} from '@tanstack/react-query'
import { api } from '@/session/api'
import type { Customer, CustomField, Page } from '@/wire/records'
import { type CustomersSearch, listQuery } from './search'

export interface CustomerPage extends Page<Customer> {
  total: number
  /** More match than `total` says: a search does not count to the end. */
  total_capped: boolean
}
export type CustomerPages = InfiniteData<CustomerPage, string | null>

const PAGE = 100
export const useCustomers = (search: CustomersSearch) =>
  useInfiniteQuery({
    queryKey: ['customers', listQuery(search)],
    queryFn: ({ pageParam, signal }) =>
      api.get<CustomerPage>(
        '/customers',
        { ...listQuery(search), limit: PAGE, cursor: pageParam },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: keepPreviousData,
  })

export interface Named {
  name: string
  count: number
}
const named = (path: string) => async (): Promise<Named[]> =>
  (await api.get<Page<Named>>(path)).items

export const useTags = () => useQuery({ queryKey: ['tags'], queryFn: named('/tags') })
export const useSources = () => useQuery({ queryKey: ['sources'], queryFn: named('/sources') })
export const useCustomFields = () =>
  useQuery({
    queryKey: ['custom-fields'],
    queryFn: async () => (await api.get<Page<CustomField>>('/custom-fields')).items,
    staleTime: 5 * 60_000,
  })

/** Changes rows in every list that is held; `null` takes a row away. */
export function patchLists(
  queries: QueryClient,
  ids: ReadonlySet<string>,
  change: (customer: Customer) => Customer | null,
): void {
  queries.setQueriesData<CustomerPages>({ queryKey: ['customers'] }, (data) => {
    if (!data?.pages.some((page) => page.items.some((row) => ids.has(row.id)))) return data
    let gone = 0
    const pages = data.pages.map((page) => ({
      ...page,
      items: page.items.flatMap((row) => {
        if (!ids.has(row.id)) return [row]
        const next = change(row)
        if (next) return [next]
        gone++
        return []
      }),
    }))
    return {
      ...data,
      pages: pages.map((page) => ({ ...page, total: Math.max(0, page.total - gone) })),
    }
  })
}

/** Puts a new customer on top of the unfiltered list, newest first. */
export function addToNewest(queries: QueryClient, customer: Customer): void {
  queries.setQueryData<CustomerPages>(['customers', {}], (data) => {
    const [first, ...rest] = data?.pages ?? []
    if (!data || !first || first.items.some((row) => row.id === customer.id)) return data
    const pages = [{ ...first, items: [customer, ...first.items] }, ...rest]
    return { ...data, pages: pages.map((page) => ({ ...page, total: page.total + 1 })) }
  })
}
