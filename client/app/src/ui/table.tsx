// A virtual table: sticky header, 36-pixel rows, selection by checkbox, keyboard and Shift-click.
import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, type MouseEvent, type ReactNode, useRef } from 'react'
import { useCommonTexts } from '@/i18n/common'
import { Checkbox } from './field'

export interface Column<T> {
  id: string
  header: ReactNode
  width?: string
  align?: 'right'
  cell: (row: T) => ReactNode
}

export interface TableProps<T> {
  label: string
  rows: readonly T[]
  keyOf: (row: T) => string
  /** What the row's checkbox is called. */
  labelOf?: (row: T) => string
  columns: readonly Column<T>[]
  rowHeight?: number
  /** How many rows there are in all, when only a part is loaded. */
  total?: number
  selected?: ReadonlySet<string>
  onSelect?: (selected: ReadonlySet<string>) => void
  onOpen?: (row: T) => void
  onEnd?: () => void
}

export function Table<T>({
  label,
  rows,
  keyOf,
  labelOf = keyOf,
  columns,
  rowHeight = 36,
  total,
  selected,
  onSelect,
  onOpen,
  onEnd,
}: TableProps<T>) {
  const t = useCommonTexts()
  const scroller = useRef<HTMLDivElement>(null)
  const anchor = useRef<number | undefined>(undefined)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    onChange: (instance) => {
      const last = instance.getVirtualItems().at(-1)
      if (onEnd && last && last.index >= rows.length - 12) onEnd()
    },
  })

  const toggle = (index: number, on: boolean, range: boolean) => {
    if (!onSelect) return
    const next = new Set(selected)
    const from = range && anchor.current !== undefined ? anchor.current : index
    for (let i = Math.min(from, index); i <= Math.max(from, index); i++) {
      const row = rows[i]
      if (row === undefined) continue
      if (on) next.add(keyOf(row))
      else next.delete(keyOf(row))
    }
    anchor.current = index
    onSelect(next)
  }

  const onRowKey = (event: KeyboardEvent<HTMLTableRowElement>, index: number) => {
    if (event.target !== event.currentTarget) return
    const row = rows[index]
    if (row === undefined) return
    if (event.key === 'Enter') onOpen?.(row)
    else if (event.key === ' ' || event.key === 'x')
      toggle(index, !selected?.has(keyOf(row)), false)
    else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      const next = index + (event.key === 'ArrowDown' ? 1 : -1)
      if (next < 0 || next >= rows.length) return
      if (event.shiftKey) toggle(next, true, true)
      virtual.scrollToIndex(next)
      requestAnimationFrame(() =>
        scroller.current?.querySelector<HTMLElement>(`tr[data-index="${next}"]`)?.focus(),
      )
    } else return
    event.preventDefault()
  }

  const onRowClick = (event: MouseEvent, index: number) => {
    const row = rows[index]
    if (row === undefined || (event.target as Element).closest('a,button,input,label')) return
    if (onSelect && (event.ctrlKey || event.metaKey || event.shiftKey)) {
      toggle(index, event.shiftKey || !selected?.has(keyOf(row)), event.shiftKey)
    } else onOpen?.(row)
  }

  const items = virtual.getVirtualItems()
  const before = items[0]?.start ?? 0
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0)
  const all = rows.length > 0 && selected !== undefined && rows.every((r) => selected.has(keyOf(r)))
  const span = columns.length + (onSelect ? 1 : 0)

  return (
    <div ref={scroller} className="scroll" style={{ flex: 1, minHeight: 0 }}>
      <table className="tbl" aria-label={label} aria-rowcount={(total ?? rows.length) + 1}>
        <thead>
          <tr>
            {onSelect && (
              <th style={{ width: 40 }}>
                <Checkbox
                  label={t('selectAll')}
                  hideLabel
                  isSelected={all}
                  isIndeterminate={!all && (selected?.size ?? 0) > 0}
                  onChange={(on) => onSelect(new Set(on ? rows.map(keyOf) : []))}
                />
              </th>
            )}
            {columns.map((column) => (
              <th
                key={column.id}
                className={column.align === 'right' ? 'r' : undefined}
                style={{ width: column.width }}
              >
                {column.header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {before > 0 && (
            <tr aria-hidden="true">
              <td colSpan={span} style={{ height: before, padding: 0, border: 0 }} />
            </tr>
          )}
          {items.map((item) => {
            const row = rows[item.index] as T
            const id = keyOf(row)
            const isSelected = selected?.has(id) ?? false
            return (
              <tr
                key={id}
                data-index={item.index}
                aria-rowindex={item.index + 2}
                aria-selected={onSelect ? isSelected : undefined}
                tabIndex={item.index === (items[0]?.index ?? 0) ? 0 : -1}
                onKeyDown={(event) => onRowKey(event, item.index)}
                onClick={(event) => onRowClick(event, item.index)}
              >
                {onSelect && (
                  <td>
                    <Checkbox
                      label={labelOf(row)}
                      hideLabel
                      isSelected={isSelected}
                      onChange={(on) => toggle(item.index, on, false)}
                    />
                  </td>
                )}
                {columns.map((column) => (
                  <td key={column.id} className={column.align === 'right' ? 'r' : undefined}>
                    {column.cell(row)}
                  </td>
                ))}
              </tr>
            )
          })}
          {after > 0 && (
            <tr aria-hidden="true">
              <td colSpan={span} style={{ height: after, padding: 0, border: 0 }} />
            </tr>
          )}
        </tbody>
      </table>
    </div>
  )
}
