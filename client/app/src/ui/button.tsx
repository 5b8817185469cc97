import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import {
  Button as AriaButton,
  type ButtonProps as AriaButtonProps,
  Tooltip,
  TooltipTrigger,
} from 'react-aria-components'
import { Icon } from './icon'

export type ButtonTone = 'plain' | 'primary' | 'quiet' | 'danger' | 'danger-filled'

const tones: Record<ButtonTone, string> = {
  plain: '',
  primary: ' p',
  quiet: ' q',
  danger: ' d',
  'danger-filled': ' df',
}

export interface ButtonProps extends Omit<AriaButtonProps, 'className' | 'style' | 'children'> {
  tone?: ButtonTone
  small?: boolean
  icon?: LucideIcon
  /** Key hint at the end. */
  hint?: string
  children?: ReactNode
}

export function Button({ tone = 'plain', small, icon, hint, children, ...props }: ButtonProps) {
  return (
    <AriaButton {...props} className={`btn${tones[tone]}${small ? ' sm' : ''}`}>
      {icon && <Icon of={icon} />}
      {children}
      {hint && <kbd aria-hidden="true">{hint}</kbd>}
    </AriaButton>
  )
}

export interface IconButtonProps extends Omit<AriaButtonProps, 'className' | 'style' | 'children'> {
  icon: LucideIcon
  /** Name for screen readers, and the tooltip. */
  label: string
  tone?: ButtonTone
  small?: boolean
}

export function IconButton({ icon, label, tone = 'quiet', small, ...props }: IconButtonProps) {
  return (
    <TooltipTrigger delay={500}>
      <AriaButton
        {...props}
        aria-label={label}
        className={`btn i${tones[tone]}${small ? ' sm' : ''}`}
      >
        <Icon of={icon} />
      </AriaButton>
      <Tooltip className="tip" offset={6}>
        {label}
      </Tooltip>
    </TooltipTrigger>
  )
}
