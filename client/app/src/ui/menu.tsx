// Menu on React Aria: the same parts for `…` buttons, right clicks and key-opened menus.
import { Check, type LucideIcon } from 'lucide-react'
import type { ReactElement, ReactNode } from 'react'
import {
  Menu as AriaMenu,
  MenuItem as AriaMenuItem,
  MenuSection as AriaMenuSection,
  Header,
  MenuTrigger,
  Popover,
  type PopoverProps,
  Separator,
} from 'react-aria-components'
import { Icon } from './icon'

export function MenuButton({
  button,
  label,
  children,
  placement = 'bottom start',
}: {
  button: ReactElement
  label: string
  children: ReactNode
  placement?: PopoverProps['placement']
}) {
  return (
    <MenuTrigger>
      {button}
      <Popover className="pop" placement={placement ?? 'bottom start'} offset={4}>
        <AriaMenu className="menu" aria-label={label}>
          {children}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  )
}

/** A menu that something else opens, at an element (a card's `s` key, a right click). */
export function MenuAt({
  anchor,
  onClose,
  label,
  children,
}: {
  anchor: Element | null
  onClose: () => void
  label: string
  children: ReactNode
}) {
  return (
    <Popover
      className="pop at"
      aria-label={label}
      isOpen={anchor !== null}
      onOpenChange={(open) => !open && onClose()}
      triggerRef={{ current: anchor }}
      placement="bottom start"
      offset={2}
    >
      <AriaMenu className="menu" aria-label={label} autoFocus="first" onClose={onClose}>
        {children}
      </AriaMenu>
    </Popover>
  )
}

export interface MenuItemProps {
  id?: string
  icon?: LucideIcon
  /** Drawn in place of an icon, e.g. a stage gauge or an avatar. */
  mark?: ReactNode
  danger?: boolean
  checked?: boolean
  hint?: string
  isDisabled?: boolean
  onAction?: () => void
  children: string
}

export function MenuItem({
  icon,
  mark,
  danger,
  checked,
  hint,
  children,
  id,
  isDisabled,
  onAction,
}: MenuItemProps) {
  return (
    <AriaMenuItem
      className={danger ? 'mi d' : 'mi'}
      textValue={children}
      {...(id === undefined ? {} : { id })}
      {...(isDisabled === undefined ? {} : { isDisabled })}
      {...(onAction === undefined ? {} : { onAction })}
    >
      {mark}
      {icon && <Icon of={icon} />}
      <span className="el">{children}</span>
      {checked && (
        <span className="tick">
          <Icon of={Check} />
        </span>
      )}
      {hint && <kbd aria-hidden="true">{hint}</kbd>}
    </AriaMenuItem>
  )
}

export const MenuSeparator = () => <Separator className="sep" />

export function MenuSection({ title, children }: { title: string; children: ReactNode }) {
  return (
    <AriaMenuSection>
      <Header>{title}</Header>
      {children}
    </AriaMenuSection>
  )
}
