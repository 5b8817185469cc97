// The customer list: search as you type, filters in the address, many rows at once.
import './customers.css'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { FileUp, Plus } from 'lucide-react'
import {
  lazy,
  Suspense,
  useCallback,
  useDeferredValue,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import type { ViewQuery } from '@/features/views/model'
import { atLeast } from '@/i18n/format'
import { request } from '@/session/api'
import { problemText } from '@/session/errors'
import { usePermission, useSignedIn } from '@/session/session'
import { Screen } from '@/shell/screen'
import { announce } from '@/ui/announce'
import { Button, IconButton } from '@/ui/button'
import { Icon } from '@/ui/icon'
import { usePhone } from '@/ui/media'
import { SearchField } from '@/ui/search-field'
import { EmptyState, ErrorState, Skeleton } from '@/ui/states'
import { Table } from '@/ui/table'
import { toast } from '@/ui/toasts'
import { BulkBar } from './bulk'
import { CustomerCards } from './cards'
import { useChosen } from './chosen'
import { useColumns } from './columns'
import { CreateDialog } from './create'
import { saveFile } from './csv'
import { Filters } from './filters'
import { useListCommands } from './list-commands'
import { useLiveList } from './live-list'
import { MoreMenu } from './more-menu'
import { usePeople } from './people'
import { useCustomers } from './queries'
import { type CustomersSearch, customersSearch, isFiltered, listQuery, viewQuery } from './search'
import { customersTexts, useCustomersTexts } from './texts'

const ViewMenu = lazy(() => import('@/features/views/menu'))
const readQuery = (query: ViewQuery): ViewQuery => ({ ...viewQuery(customersSearch(query)) })

const TYPING_PAUSE_MS = 150

type Change = { [K in keyof CustomersSearch]?: CustomersSearch[K] | undefined }

/** The search field is ahead of the address by a moment, so that typing never waits. */
function useTyped(q: string, onSettled: (q: string) => void) {
  const [typed, setTyped] = useState(q)
  const sent = useRef(q)
  useEffect(() => {
    // The address changed by itself: back button, cleared filters.
    if (q !== sent.current) {
      sent.current = q
      setTyped(q)
    }
  }, [q])
  useEffect(() => {
    if (typed === sent.current) return
    const timer = setTimeout(() => {
      sent.current = typed
      onSettled(typed)
    }, TYPING_PAUSE_MS)
    return () => clearTimeout(timer)
  }, [typed, onSettled])
  return [typed, setTyped] as const
}

async function exportList(search: CustomersSearch): Promise<void> {
  const query = new URLSearchParams(listQuery(search)).toString()
  const response = await request(`/customers/export.csv${query ? `?${query}` : ''}`)
  saveFile(customersTexts('fileName'), await response.blob())
}

export function CustomersScreen() {
  const t = useCustomersTexts()
  const navigate = useNavigate()
  const search = useSearch({ strict: false }) as CustomersSearch
  const { user } = useSignedIn()
  const canCreate = usePermission('customers.create')
  const canImport = usePermission('customers.import')
  const canEdit = usePermission('customers.edit')
  const canArchive = usePermission('customers.archive')
  const canExport = usePermission('customers.export')
  // Who can do nothing with many has no use for choosing them.
  const canChoose = canEdit || canArchive || canExport
  const isPhone = usePhone()
  const people = usePeople()
  const fresh = useLiveList(user.id)
  const [creating, setCreating] = useState(false)
  const searchBox = useRef<HTMLDivElement>(null)

  // Another list is another choice.
  const unselect = useRef(() => {})

  const change = useCallback(
    (next: Change) => {
      unselect.current()
      void navigate({
        to: '/customers',
        replace: true,
        search: (now) => {
          const kept = Object.entries({ ...now, ...next }).filter(
            ([, value]) => value !== undefined,
          )
          // Without any filter it is no view any more, but the list.
          const isPlain = kept.every(([key]) => key === 'view')
          return (isPlain ? {} : Object.fromEntries(kept)) as CustomersSearch
        },
      })
    },
    [navigate],
  )
  const [typed, setTyped] = useTyped(
    search.q ?? '',
    useCallback((q: string) => change({ q: q || undefined }), [change]),
  )

  const showQuery = useCallback(
    (query: ViewQuery, view: string | undefined) => {
      unselect.current()
      const next = { ...customersSearch(query), ...(view ? { view } : {}) }
      void navigate({ to: '/customers', replace: true, search: next })
    },
    [navigate],
  )

  const list = useCustomers(search)
  const pages = list.data?.pages
  const rows = useMemo(() => pages?.flatMap((page) => page.items) ?? [], [pages])
  const total = pages?.[0]?.total ?? 0
  const isCapped = pages?.[0]?.total_capped ?? false
  const totalText = atLeast(total, isCapped)
  const chosen = useChosen(rows, total, search)
  unselect.current = chosen.clear
  const shownQuery = useDeferredValue(search.q)
  const columns = useColumns({
    search: { ...search, ...(shownQuery ? { q: shownQuery } : {}) },
    onSort: (sort) => change({ sort }),
    people,
    fresh,
  })

  useEffect(() => {
    if (list.isSuccess && !list.isPlaceholderData)
      announce(t('count', { count: total, n: totalText }))
  }, [list.isSuccess, list.isPlaceholderData, total, totalText, t])

  const exportAll = () => {
    toast(t('exporting'), { key: 'export' })
    exportList(search).catch((error: unknown) => toast(problemText(error), { key: 'export' }))
  }
  const clearFilters = () =>
    change({
      q: undefined,
      owner: undefined,
      tag: undefined,
      quality: undefined,
      source: undefined,
      archived: undefined,
    })
  useListCommands({
    isFiltered: isFiltered(search),
    hasChosen: chosen.count > 0,
    onCreate: () => setCreating(true),
    onSearch: () => searchBox.current?.querySelector('input')?.focus(),
    onClear: clearFilters,
    onExport: exportAll,
    onUnselect: chosen.clear,
  })

  const more = () => {
    if (list.hasNextPage && !list.isFetchingNextPage) void list.fetchNextPage()
  }

  return (
    <Screen
      title={t('title')}
      heading={
        <div className="row">
          <h1 className="max-sm:sr-only">{t('title')}</h1>
          {list.isSuccess && (
            <span className="t3 num" data-stale={list.isPlaceholderData || undefined}>
              {totalText}
            </span>
          )}
        </div>
      }
      views={
        <Suspense>
          <ViewMenu
            screen="customers"
            place="customers"
            viewId={search.view}
            query={viewQuery(search) as ViewQuery}
            read={readQuery}
            show={showQuery}
            linkOf={(view) => `/customers?view=${view.id}`}
          />
        </Suspense>
      }
      actions={
        <>
          <div ref={searchBox} className="cust-search">
            <SearchField label={t('search')} value={typed} onChange={setTyped} />
          </div>
          {canImport && !isPhone && (
            <Link className="btn" to="/customers/imports">
              <Icon of={FileUp} />
              {t('import')}
            </Link>
          )}
          <MoreMenu
            onExport={exportAll}
            onSelectSome={
              isPhone && canChoose && rows[0]
                ? () => chosen.select(new Set(rows.slice(0, 1).map((row) => row.id)))
                : undefined
            }
          />
          {canCreate &&
            (isPhone ? (
              <IconButton
                icon={Plus}
                label={t('add')}
                tone="primary"
                onPress={() => setCreating(true)}
              />
            ) : (
              <Button tone="primary" icon={Plus} onPress={() => setCreating(true)}>
                {t('add')}
              </Button>
            ))}
        </>
      }
    >
      {chosen.count > 0 ? (
        <BulkBar
          rows={chosen.rows}
          count={chosen.count}
          total={total}
          isCapped={isCapped}
          selection={chosen.selection}
          archived={search.archived ?? false}
          people={people}
          onClear={chosen.clear}
          onSelectAll={chosen.selectAll}
          onExportAll={chosen.hasExceptions ? undefined : exportAll}
        />
      ) : (
        <Filters search={search} people={people} onChange={change} />
      )}
      <div className="cust-list" aria-busy={list.isFetching}>
        {list.isError && rows.length === 0 ? (
          <ErrorState error={list.error} onRetry={() => void list.refetch()} />
        ) : list.isPending ? (
          <div className="cust-skeleton">
            {Array.from({ length: 14 }, (_, n) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: all alike
              <Skeleton key={n} width={`${88 - ((n * 7) % 30)}%`} height={isPhone ? 72 : 16} />
            ))}
          </div>
        ) : rows.length === 0 ? (
          isFiltered(search) ? (
            <EmptyState
              title={t('nothingTitle')}
              action={<Button onPress={clearFilters}>{t('clearFilters')}</Button>}
            >
              {t('nothingBody')}
            </EmptyState>
          ) : (
            <EmptyState
              title={t('emptyTitle')}
              action={
                canImport && (
                  <Link className="btn" to="/customers/imports">
                    <Icon of={FileUp} />
                    {t('import')}
                  </Link>
                )
              }
            >
              {t('emptyBody')}
            </EmptyState>
          )
        ) : isPhone ? (
          <CustomerCards
            rows={rows}
            query={shownQuery}
            people={people}
            fresh={fresh}
            selected={chosen.ids}
            onSelect={chosen.select}
            onEnd={more}
          />
        ) : (
          <Table
            label={t('list')}
            rows={rows}
            total={total}
            keyOf={(row) => row.id}
            labelOf={(row) => t('selectRow', { name: row.name })}
            columns={columns}
            {...(canChoose ? { selected: chosen.ids, onSelect: chosen.select } : {})}
            onOpen={(row) =>
              void navigate({ to: '/customers/$customerId', params: { customerId: row.id } })
            }
            onEnd={more}
          />
        )}
      </div>
      {creating && <CreateDialog onClose={() => setCreating(false)} />}
    </Screen>
  )
}
