// The card's menus: everything (right click, long press, `…`), stages (`s`), people (`a`).
import { Archive, ArrowUpRight, CalendarPlus, CheckSquare, UserRound } from 'lucide-react'
import { booking } from '@/features/customer/booking'
import { useObservable } from '@/live/observable'
import { Avatar } from '@/ui/avatar'
import { MenuAt, MenuItem, MenuSection, MenuSeparator } from '@/ui/menu'
import type { User } from '@/wire/records'
import { archiveCards, bookFor, moveOnTop, titleOf, toggleOwner } from './actions'
import type { BoardControl } from './control'
import { progressOf, StageGauge } from './gauge'
import { useBoardTexts } from './texts'

export interface OpenMenu {
  kind: 'all' | 'stage' | 'assign'
  id: string
  anchor: Element
}

export interface CardMenuProps {
  open: OpenMenu | null
  onClose: () => void
  onOpenCustomer: (id: string) => void
  control: BoardControl
  users: readonly User[]
  may: { move: boolean; edit: boolean; archive: boolean }
}

export function StageItems({
  control,
  ids,
  current,
}: {
  control: BoardControl
  ids: string[]
  current: string | undefined
}) {
  const { stages } = control
  return stages.map((stage) => (
    <MenuItem
      key={stage.id}
      mark={<StageGauge stage={stage} progress={progressOf(stage, stages)} />}
      checked={stage.id === current}
      onAction={() => moveOnTop(control, ids, stage.id)}
    >
      {stage.name}
    </MenuItem>
  ))
}

export function PeopleItems({
  control,
  ids,
  users,
}: {
  control: BoardControl
  ids: readonly string[]
  users: readonly User[]
}) {
  return users
    .filter((user) => user.active)
    .map((user) => (
      <MenuItem
        key={user.id}
        mark={<Avatar person={user} />}
        checked={ids.every((id) => control.card(id)?.owners.includes(user.id))}
        onAction={() => toggleOwner(control, ids, user.id)}
      >
        {user.name}
      </MenuItem>
    ))
}

export function CardMenu({ open, onClose, onOpenCustomer, control, users, may }: CardMenuProps) {
  const t = useBoardTexts()
  const canBook = useObservable(booking) !== undefined
  if (!open) return null
  const ids = control.group(open.id)
  const current = control.card(open.id)?.stage_id
  const title = titleOf(control, ids)
  if (open.kind === 'stage') {
    return (
      <MenuAt anchor={open.anchor} onClose={onClose} label={t('moveTo')}>
        <MenuSection title={t('moveNamed', { card: title })}>
          <StageItems control={control} ids={ids} current={current} />
        </MenuSection>
      </MenuAt>
    )
  }
  if (open.kind === 'assign') {
    return (
      <MenuAt anchor={open.anchor} onClose={onClose} label={t('assign')}>
        <MenuSection title={t('assignNamed', { card: title })}>
          <PeopleItems control={control} ids={ids} users={users} />
        </MenuSection>
      </MenuAt>
    )
  }
  return (
    <MenuAt anchor={open.anchor} onClose={onClose} label={title}>
      <MenuSection title={title}>
        <MenuItem icon={ArrowUpRight} hint="Enter" onAction={() => onOpenCustomer(open.id)}>
          {t('open')}
        </MenuItem>
        <MenuItem icon={CheckSquare} hint="X" onAction={() => control.toggle(open.id)}>
          {t('select')}
        </MenuItem>
        <MenuItem
          icon={UserRound}
          hint="A"
          isDisabled={!may.edit}
          onAction={() => requestAnimationFrame(() => askAssign(open))}
        >
          {t('assign')}
        </MenuItem>
        {canBook ? (
          <MenuItem
            icon={CalendarPlus}
            onAction={() => requestAnimationFrame(() => bookFor(control, open.id))}
          >
            {t('book')}
          </MenuItem>
        ) : null}
      </MenuSection>
      {may.move ? (
        <MenuSection title={t('moveTo')}>
          <StageItems control={control} ids={ids} current={current} />
        </MenuSection>
      ) : null}
      <MenuSeparator />
      <MenuItem
        icon={Archive}
        danger
        isDisabled={!may.archive}
        onAction={() => archiveCards(control, ids)}
      >
        {ids.length > 1 ? t('archiveMany', { count: ids.length }) : t('archive')}
      </MenuItem>
    </MenuAt>
  )
}

/** Opens the next menu once this one is gone; heard by the board. */
function askAssign(menu: OpenMenu): void {
  menu.anchor.dispatchEvent(new CustomEvent('board-assign', { bubbles: true, detail: menu.id }))
}
