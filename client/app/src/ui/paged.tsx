// A list that is read page by page: what stands in for it, its rows, and the way to older ones.
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useCommonTexts } from '@/i18n/common'
import { hasFailed } from '@/session/reads'
import type { Page } from '@/wire/records'
import { Button } from './button'
import { ErrorState, Skeleton } from './states'

export function Paged<T>({
  read,
  height,
  empty,
  children,
}: {
  read: UseInfiniteQueryResult<InfiniteData<Page<T>, unknown>>
  /** Of a row that is not there yet. */
  height: number
  empty: ReactNode
  children: (item: T) => ReactNode
}) {
  const t = useCommonTexts()
  if (hasFailed(read)) return <ErrorState error={read.error} onRetry={() => void read.refetch()} />
  if (!read.data) return [1, 2, 3].map((n) => <Skeleton key={n} height={height} />)
  const items = read.data.pages.flatMap((page) => page.items)
  if (items.length === 0) return empty
  return (
    <>
      <ul className="lines">{items.map(children)}</ul>
      {read.hasNextPage && (
        <div className="mt-3">
          <Button isPending={read.isFetchingNextPage} onPress={() => void read.fetchNextPage()}>
            {t('older')}
          </Button>
        </div>
      )}
    </>
  )
}
