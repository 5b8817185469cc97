// What a screen shows when it has nothing yet, nothing at all, or an error.
import type { LucideIcon } from 'lucide-react'
import { CircleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { useCommonTexts } from '@/i18n/common'
import { ApiError, isAnswer, problemText } from '@/session/errors'
import { Button } from './button'
import { Icon } from './icon'

/** One line what will be here, one example, one button; the flat pulse line as its only picture. */
export function EmptyState({
  title,
  children,
  action,
}: {
  title: string
  children?: ReactNode
  action?: ReactNode
}) {
  return (
    <div className="empty">
      <svg
        className="flat"
        viewBox="0 0 120 24"
        aria-hidden="true"
        fill="none"
        stroke="currentColor"
      >
        <path d="M0 18.500h108" strokeWidth="1" />
        <circle cx="113" cy="18.500" r="3.500" strokeWidth="1.500" />
      </svg>
      <h2>{title}</h2>
      {children && <p className="t2">{children}</p>}
      {action}
    </div>
  )
}

/** What the server says no to would be refused again: only what failed is tried once more. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const t = useCommonTexts()
  const isFinal: boolean = isAnswer(error)
  const code = error instanceof ApiError && !isFinal ? error.requestId : undefined
  return (
    <EmptyState
      title={problemText(error)}
      action={!isFinal && onRetry && <Button onPress={onRetry}>{t('retry')}</Button>}
    >
      {code && <span className="sm t3">{code}</span>}
    </EmptyState>
  )
}

export function Skeleton({ width, height = 16 }: { width?: number | string; height?: number }) {
  return <div className="skel" style={{ width: width ?? '100%', height }} aria-hidden="true" />
}

export function Banner({
  tone = 'warn',
  icon = CircleAlert,
  children,
  action,
}: {
  tone?: 'warn' | 'ok' | 'danger'
  icon?: LucideIcon
  children: ReactNode
  action?: ReactNode
}) {
  return (
    <div className={tone === 'warn' ? 'banner' : `banner ${tone}`} role="status">
      <Icon of={icon} />
      {children}
      {action}
    </div>
  )
}
