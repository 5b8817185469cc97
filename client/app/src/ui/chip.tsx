import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { Icon } from './icon'

const tones = {
  plain: '',
  danger: ' d',
  warn: ' w',
  ok: ' o',
  accent: ' a',
  info: ' n',
  line: ' line',
}

export function Chip({
  tone = 'plain',
  children,
  onRemove,
  removeLabel,
}: {
  tone?: keyof typeof tones
  children: ReactNode
  onRemove?: () => void
  removeLabel?: string
}) {
  return (
    <span className={`chip${tones[tone]}`}>
      {children}
      {onRemove && (
        <button type="button" aria-label={removeLabel} onClick={onRemove}>
          <Icon of={X} size="s" />
        </button>
      )}
    </span>
  )
}
