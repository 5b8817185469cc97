// The customer list: search as you type, filters in the address, many rows at once.
import './customers.css'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Download, Ellipsis, FileUp, GitMerge, Plus, Search, SquareCheck, X } from 'lucide-react'
import { useCallback, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react'
import { useCommands } from '@/commands'
import { number } from '@/i18n/format'
import { request } from '@/session/api'
import { problemText } from '@/session/errors'
import { usePermission, useSignedIn } from '@/session/session'
import { Screen } from '@/shell/screen'
import { announce } from '@/ui/announce'
import { Button, IconButton } from '@/ui/button'
import { Icon } from '@/ui/icon'
import { usePhone } from '@/ui/media'
import { MenuButton, MenuItem } from '@/ui/menu'
import { SearchField } from '@/ui/search-field'
import { EmptyState, ErrorState, Skeleton } from '@/ui/states'
import { Table } from '@/ui/table'
import { toast } from '@/ui/toasts'
import type { Customer } from '@/wire/records'
import { BulkBar } from './bulk'
import { CustomerCards } from './cards'
import { useColumns } from './columns'
import { CreateDialog } from './create'
import { saveFile } from './csv'
import { Filters } from './filters'
import { useLiveList } from './live-list'
import { usePeople } from './people'
import { allMatching, useCustomers } from './queries'
import { type CustomersSearch, isFiltered, listQuery } from './search'
import { useCustomersTexts } from './texts'

const TYPING_PAUSE_MS = 150
const nobody: ReadonlySet<string> = new Set()

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
  saveFile('nabiz-musteriler.csv', await response.blob())
}

export function CustomersScreen() {
  const t = useCustomersTexts()
  const navigate = useNavigate()
  const search = useSearch({ strict: false }) as CustomersSearch
  const { user } = useSignedIn()
  const canCreate = usePermission('customers.create')
  const canImport = usePermission('customers.import')
  const canExport = usePermission('customers.export')
  const canMerge = usePermission('customers.merge')
  const isPhone = usePhone()
  const people = usePeople()
  const fresh = useLiveList(user.id)
  const [creating, setCreating] = useState(false)
  const [chosen, setChosen] = useState<ReadonlyMap<string, Customer>>(new Map())
  const searchBox = useRef<HTMLDivElement>(null)

  const change = useCallback(
    (next: Change) => {
      setChosen(new Map())
      void navigate({
        to: '/customers',
        replace: true,
        search: (now) =>
          Object.fromEntries(
            Object.entries({ ...now, ...next }).filter(([, value]) => value !== undefined),
          ) as CustomersSearch,
      })
    },
    [navigate],
  )
  const [typed, setTyped] = useTyped(
    search.q ?? '',
    useCallback((q: string) => change({ q: q || undefined }), [change]),
  )

  const list = useCustomers(search)
  const pages = list.data?.pages
  const rows = useMemo(() => pages?.flatMap((page) => page.items) ?? [], [pages])
  const total = pages?.[0]?.total ?? 0
  const shownQuery = useDeferredValue(search.q)
  const columns = useColumns({
    search: { ...search, ...(shownQuery ? { q: shownQuery } : {}) },
    onSort: (sort) => change({ sort }),
    people,
    fresh,
  })

  useEffect(() => {
    if (list.isSuccess && !list.isPlaceholderData)
      announce(t('count', { count: total, n: number(total) }))
  }, [list.isSuccess, list.isPlaceholderData, total, t])

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
  useCommands(t('title'), () => [
    ...(canCreate
      ? [
          {
            id: 'customers.create',
            title: t('add'),
            icon: Plus,
            keys: 'n',
            words: 'yeni new create',
            run: () => setCreating(true),
          },
        ]
      : []),
    {
      id: 'customers.search',
      title: t('search'),
      icon: Search,
      keys: '/',
      run: () => searchBox.current?.querySelector('input')?.focus(),
    },
    ...(isFiltered(search)
      ? [{ id: 'customers.clear', title: t('clearFilters'), icon: X, run: clearFilters }]
      : []),
    ...(canImport
      ? [
          {
            id: 'customers.import',
            title: t('import'),
            icon: FileUp,
            words: 'csv excel vcard',
            run: () => void navigate({ to: '/customers/imports' }),
          },
        ]
      : []),
    ...(canExport
      ? [
          {
            id: 'customers.export',
            title: t('export'),
            icon: Download,
            words: 'csv',
            run: exportAll,
          },
        ]
      : []),
    ...(canMerge
      ? [
          {
            id: 'customers.duplicates',
            title: t('duplicates'),
            icon: GitMerge,
            words: 'merge birleştir',
            run: () => void navigate({ to: '/customers/duplicates' }),
          },
        ]
      : []),
    ...(chosen.size > 0
      ? [
          {
            id: 'customers.unselect',
            title: t('clearSelection'),
            icon: X,
            keys: 'Escape',
            run: () => setChosen(new Map()),
          },
        ]
      : []),
  ])

  const select = (ids: ReadonlySet<string>) => {
    const byId = new Map<string, Customer>(rows.map((row) => [row.id, row]))
    const next = new Map<string, Customer>()
    for (const id of ids) {
      const row = byId.get(id) ?? chosen.get(id)
      if (row) next.set(id, row)
    }
    setChosen(next)
  }
  const selectAll = () =>
    void allMatching(search)
      .then((all) => setChosen(new Map(all.map((row) => [row.id, row]))))
      .catch((error: unknown) => toast(problemText(error)))

  // Rows are taken as they are now, not as they were when they were chosen.
  const chosenRows = useMemo(() => {
    const now = new Map<string, Customer>(rows.map((row) => [row.id, row]))
    return [...chosen].map(([id, row]) => now.get(id) ?? row)
  }, [chosen, rows])

  const more = () => {
    if (list.hasNextPage && !list.isFetchingNextPage) void list.fetchNextPage()
  }

  return (
    <Screen
      title={t('title')}
      heading={
        <div className="row">
          <h1>{t('title')}</h1>
          {list.isSuccess && (
            <span className="t3 num" data-stale={list.isPlaceholderData || undefined}>
              {number(total)}
            </span>
          )}
        </div>
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
          {(canExport || canMerge || isPhone) && (
            <MenuButton
              label={t('moreActions')}
              placement="bottom end"
              button={<IconButton icon={Ellipsis} label={t('moreActions')} tone="plain" />}
            >
              {canExport ? (
                <MenuItem icon={Download} onAction={exportAll}>
                  {t('export')}
                </MenuItem>
              ) : null}
              {canMerge ? (
                <MenuItem
                  icon={GitMerge}
                  onAction={() => void navigate({ to: '/customers/duplicates' })}
                >
                  {t('duplicates')}
                </MenuItem>
              ) : null}
              {isPhone && rows[0] ? (
                <MenuItem
                  icon={SquareCheck}
                  onAction={() => select(new Set(rows.slice(0, 1).map((row) => row.id)))}
                >
                  {t('selectSome')}
                </MenuItem>
              ) : null}
              {canImport && isPhone ? (
                <MenuItem
                  icon={FileUp}
                  onAction={() => void navigate({ to: '/customers/imports' })}
                >
                  {t('import')}
                </MenuItem>
              ) : null}
            </MenuButton>
          )}
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
      {chosenRows.length > 0 ? (
        <BulkBar
          rows={chosenRows}
          total={total}
          archived={search.archived ?? false}
          people={people}
          onClear={() => setChosen(new Map())}
          onSelectAll={selectAll}
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
            selected={chosen.size > 0 ? new Set(chosen.keys()) : nobody}
            onSelect={select}
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
            selected={chosen.size > 0 ? new Set(chosen.keys()) : nobody}
            onSelect={select}
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
