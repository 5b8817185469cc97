// The board's final shape while nothing is known yet.
import { Skeleton } from '@/ui/states'

const columns = [4, 3, 3, 2, 3, 2]

export function BoardSkeleton() {
  return (
    <div className="board-cols" aria-hidden="true">
      {columns.map((cards, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a fixed picture
        <section className="col" key={i}>
          <header>
            <Skeleton width={110} />
          </header>
          <div style={{ display: 'grid', gap: 7, padding: '2px 1px' }}>
            {Array.from({ length: cards }, (_, n) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a fixed picture
              <Skeleton key={n} height={86} />
            ))}
          </div>
        </section>
      ))}
    </div>
  )
}
