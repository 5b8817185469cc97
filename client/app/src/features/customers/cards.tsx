// The list on a phone: one tappable card a customer. A long press begins to choose; then a tap
// chooses, until nothing is chosen.
import { Link } from '@tanstack/react-router'
import { Check } from 'lucide-react'
import { type PointerEvent, useRef } from 'react'
import { SourceGlyph } from '@/features/boards/source'
import { ago } from '@/i18n/ago'
import { AvatarStack } from '@/ui/avatar'
import { Icon } from '@/ui/icon'
import { VirtualList } from '@/ui/virtual-list'
import type { Customer } from '@/wire/records'
import { TagChips } from './columns'
import { Found } from './found'
import type { Fresh } from './live-list'
import type { People } from './people'
import { useCustomersTexts } from './texts'

export function CustomerCards({
  rows,
  query,
  people,
  fresh,
  selected,
  onSelect,
  onEnd,
}: {
  rows: readonly Customer[]
  query: string | undefined
  people: People
  fresh: Fresh
  selected: ReadonlySet<string>
  onSelect: (ids: ReadonlySet<string>) => void
  onEnd: () => void
}) {
  const t = useCustomersTexts()
  const isChoosing = selected.size > 0
  const toggle = (id: string) => {
    const next = new Set(selected)
    if (!next.delete(id)) next.add(id)
    onSelect(next)
  }
  const press = useLongPress(toggle)
  return (
    <VirtualList
      label={t('list')}
      className="cust-cards"
      items={rows}
      keyOf={(row) => row.id}
      estimate={92}
      gap={8}
      onEnd={onEnd}
    >
      {(row) => {
        const level = fresh.get(row.id)
        const at = row.last_contact_at ?? row.created_at
        const className = `cust-card ${level === undefined ? '' : `f${level}`}`
        const isChosen = selected.has(row.id)
        const face = (
          <>
            <span className="row">
              {isChoosing && (
                <span className="pick" data-on={isChosen || undefined}>
                  {isChosen && <Icon of={Check} size="s" />}
                </span>
              )}
              <b className="sp">
                <Found text={row.name || t('unnamed')} query={query} />
              </b>
              {row.quality && <span className="qual">{row.quality}</span>}
            </span>
            <span className="t2 el">
              <Found
                text={[row.phones[0]?.display ?? row.emails[0]?.display, row.company]
                  .filter(Boolean)
                  .join(' · ')}
                query={query}
              />
            </span>
            <span className="row t3 sm">
              <SourceGlyph source={row.source?.channel ?? null} />
              {ago(at)}
              <TagChips tags={row.tags} />
              <span className="sp" />
              <AvatarStack people={row.owners.map(people.of)} max={2} />
            </span>
          </>
        )
        return isChoosing ? (
          <button
            type="button"
            role="checkbox"
            aria-checked={isChosen}
            aria-label={t('selectRow', { name: row.name })}
            className={className}
            onClick={() => !press.wasLong() && toggle(row.id)}
          >
            {face}
          </button>
        ) : (
          <Link
            to="/customers/$customerId"
            params={{ customerId: row.id }}
            className={className}
            draggable={false}
            onContextMenu={(event) => event.preventDefault()}
            onClick={(event) => press.wasLong() && event.preventDefault()}
            {...press.on(row.id)}
          >
            {face}
          </Link>
        )
      }}
    </VirtualList>
  )
}

const LONG_MS = 450
const SLIP_PX = 10

function useLongPress(onLong: (id: string) => void) {
  const state = useRef<{
    timer?: ReturnType<typeof setTimeout> | undefined
    x: number
    y: number
    at: number
  }>({ x: 0, y: 0, at: 0 })
  const now = state.current
  const cancel = () => clearTimeout(now.timer)
  return {
    /** Whether the click that comes now only ends a long press. */
    wasLong: () => performance.now() - now.at < 700,
    on: (id: string) => ({
      onPointerDown: (event: PointerEvent) => {
        cancel()
        now.x = event.clientX
        now.y = event.clientY
        now.timer = setTimeout(() => {
          now.at = performance.now()
          navigator.vibrate?.(12)
          onLong(id)
        }, LONG_MS)
      },
      onPointerMove: (event: PointerEvent) => {
        if (Math.hypot(event.clientX - now.x, event.clientY - now.y) > SLIP_PX) cancel()
      },
      onPointerUp: cancel,
      onPointerCancel: cancel,
    }),
  }
}
