// One card. It redraws only when its own row, mark or selection changes.
import { CalendarDays, Clock, Hand, TriangleAlert } from 'lucide-react'
import { memo } from 'react'
import { ago } from '@/i18n/ago'
import { money } from '@/i18n/format'
import { useMinute, useRow } from '@/live/hooks'
import { useDerived, useObservable } from '@/live/observable'
import { liveStatus } from '@/live/status'
import { Avatar, AvatarStack, type Person, tintOf } from '@/ui/avatar'
import { Icon } from '@/ui/icon'
import type { Card, User } from '@/wire/records'
import type { BoardControl } from './control'
import { useMark } from './freshness'
import { isTemporary } from './model'
import { nextStep, timeInStage } from './next-step'
import { SourceGlyph } from './source'
import { useBoardTexts } from './texts'

const firstName = (name: string) => name.split(' ', 1)[0] ?? name

function people(ids: readonly string[], users: readonly User[]): Person[] {
  return ids.map((id) => users.find((u) => u.id === id)).filter((user) => user !== undefined)
}

/** What is on the card; also drawn under the pointer while it is dragged. */
export function CardFace({
  card,
  users,
  waiting,
}: {
  card: Card
  users: readonly User[]
  /** A change of it has not been sent yet. */
  waiting: boolean
}) {
  const t = useBoardTexts()
  useMinute()
  const next = card.next_due_at ? nextStep(card.next_due_at) : undefined
  const owners = people(card.owners, users)
  const contact = card.last_contact_at ?? card.created_at
  return (
    <>
      <div className="r1">
        <b className="nm">{card.title || card.phone || t('noName')}</b>
        {card.quality && (
          <span className="qual" title={t('qualityIs', { quality: card.quality })}>
            {card.quality}
          </span>
        )}
      </div>
      <div className="r2">
        <span className="el">{card.need || card.phone || ' '}</span>
        {card.amount && <span className="amt">{money(card.amount)}</span>}
      </div>
      {next && (
        <div className={next.tone === 'overdue' ? 'nx od' : next.tone === 'today' ? 'nx ap' : 'nx'}>
          <Icon
            of={
              next.tone === 'overdue' ? TriangleAlert : next.tone === 'today' ? CalendarDays : Clock
            }
            size="s"
          />
          <span className="el">{next.text}</span>
        </div>
      )}
      {card.tags.length > 0 && (
        <div className="card-tags">
          {card.tags.slice(0, 2).map((tag) => (
            <span className="chip el" key={tag}>
              {tag}
            </span>
          ))}
        </div>
      )}
      <div className="r3">
        <SourceGlyph source={card.source} />
        <span className="t3 el" style={{ flex: '0 1 auto' }}>
          {ago(contact)}
        </span>
        {waiting ? (
          <span className="qd">
            <Icon of={Clock} size="s" />
            {t('queued')}
          </span>
        ) : (
          <span className="t3 age" title={t('timeInStage')}>
            {timeInStage(card.entered_stage_at)}
          </span>
        )}
        <span className="sp" />
        {card.unread > 0 && (
          <span className="cnt" title={t('unread', { count: card.unread })}>
            {card.unread}
          </span>
        )}
        {owners.length > 0 && <AvatarStack people={owners} />}
      </div>
    </>
  )
}

export const CardView = memo(function CardView({
  id,
  control,
  users,
  holder,
}: {
  id: string
  control: BoardControl
  users: readonly User[]
  /** The colleague who drags it right now. */
  holder: string | undefined
}) {
  const t = useBoardTexts()
  const card = useRow<Card>(control.source, 'cards', id)
  const mark = useMark(control.fresh, id)
  const selected = useDerived(control.selection, (ids) => ids.has(id))
  const beside = useObservable(control.beside)
  const isFocused = useDerived(control.focused, (focused) => focused === id)
  const isDown = useDerived(liveStatus, (status) => status.phase !== 'live')
  const waiting = isTemporary(id) || (isDown && control.source.topic.isPredicted('cards', id))
  if (!card) return <div className="card pending" style={{ height: 86 }} aria-hidden="true" />

  const holderName = holder ? (users.find((u) => u.id === holder)?.name ?? '') : ''
  const mover = mark?.moved && mark.by ? users.find((u) => u.id === mark.by) : undefined
  const tint = holder ? tintOf(holder) : 1
  const classes = [
    'card',
    mark ? `f${mark.level}` : '',
    holder ? 'held' : '',
    isTemporary(id) ? 'pending' : '',
  ]
  return (
    <>
      <div
        className={classes.filter(Boolean).join(' ')}
        data-card={id}
        data-selected={selected || undefined}
        data-open={beside === card.customer_id || undefined}
        tabIndex={isFocused ? 0 : -1}
        role="button"
        aria-roledescription={t('card')}
        aria-pressed={selected}
        style={holder ? ({ '--held': `var(--p${tint})` } as React.CSSProperties) : undefined}
      >
        <CardFace card={card} users={users} waiting={waiting} />
      </div>
      {holder && (
        <span className="heldby" style={{ color: `var(--p${tint})` }}>
          <Icon of={Hand} size="l" />
          <span className={`p${tint}`}>{t('isDragging', { name: firstName(holderName) })}</span>
        </span>
      )}
      {mover && mark?.level === 0 && (
        <span className="mover">
          <Avatar person={mover} />
        </span>
      )}
    </>
  )
})
