// A long list that draws only what is seen. Rows carry their place in the whole for screen readers.
import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useRef } from 'react'

export interface VirtualListProps<T> {
  items: readonly T[]
  keyOf: (item: T) => string
  /** First guess in pixels; rows are measured. */
  estimate: number
  gap?: number
  overscan?: number
  label: string
  className?: string
  children: (item: T, index: number) => ReactNode
  /** Called when the last rows come near. */
  onEnd?: () => void
}

export function VirtualList<T>({
  items,
  keyOf,
  estimate,
  gap = 0,
  overscan = 6,
  label,
  className = '',
  children,
  onEnd,
}: VirtualListProps<T>) {
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => estimate,
    getItemKey: (index) => keyOf(items[index] as T),
    gap,
    overscan,
    onChange: (instance) => {
      const last = instance.getVirtualItems().at(-1)
      if (onEnd && last && last.index >= items.length - overscan) onEnd()
    },
  })
  return (
    <div
      ref={scroller}
      className={`scroll ${className}`}
      tabIndex={0}
      role="region"
      aria-label={label}
    >
      <div role="list" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map((row) => (
          <div
            key={row.key}
            ref={virtual.measureElement}
            data-index={row.index}
            role="listitem"
            aria-setsize={items.length}
            aria-posinset={row.index + 1}
            style={{
              position: 'absolute',
              insetInline: 0,
              top: 0,
              transform: `translateY(${row.start}px)`,
            }}
          >
            {children(items[row.index] as T, row.index)}
          </div>
        ))}
      </div>
    </div>
  )
}
