// A value that is edited where it stands: Enter or F2 opens, Enter and leaving save, Escape
// restores.

import { Link } from '@tanstack/react-router'
import { CircleAlert } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react'
import { dayDate } from '@/features/agenda/day-names'
import { numberShown, numberText, parseNumber } from '@/i18n/numbers'
import { errorText } from '@/session/errors'
import { Button } from '@/ui/button'
import { Icon } from '@/ui/icon'
import { fieldName } from './fields'
import { fieldValue, useCustomer } from './live'
import { useCustomerTexts } from './texts'

export interface Since {
  version: number
  value: unknown
}

export function InlineText({
  value,
  since,
  label,
  onSave,
  onTyping,
  placeholder,
  shown,
  type = 'text',
  inputMode,
  startOpen,
  onClose,
  disabled,
  big,
}: {
  value: string
  /** What the record was; the one of the moment of opening comes back with the save. */
  since?: Since
  label: string
  onSave: (next: string, since: Since) => void
  onTyping?: () => void
  placeholder?: string
  /** What is drawn while it is not edited. */
  shown?: ReactNode
  type?: 'text' | 'tel' | 'email' | 'date'
  inputMode?: 'text' | 'tel' | 'email' | 'numeric' | 'decimal'
  startOpen?: boolean
  onClose?: () => void
  disabled?: boolean
  big?: boolean
}) {
  const t = useCustomerTexts()
  const [draft, setDraft] = useState<string | undefined>(startOpen ? value : undefined)
  const button = useRef<HTMLButtonElement>(null)
  const typedAt = useRef(0)
  const opened = useRef({ text: value, since: since ?? { version: 0, value } })
  const open = () => {
    opened.current = { text: value, since: since ?? { version: 0, value } }
    setDraft(value)
  }

  const close = (save: boolean, refocus: boolean) => {
    if (draft === undefined) return
    if (save && draft.trim() !== opened.current.text) onSave(draft.trim(), opened.current.since)
    setDraft(undefined)
    onClose?.()
    if (refocus) requestAnimationFrame(() => button.current?.focus())
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') close(true, true)
    else if (event.key === 'Escape') close(false, true)
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  if (disabled) return <span className="inline-still">{shown ?? (value || placeholder)}</span>
  if (draft === undefined) {
    return (
      <button
        ref={button}
        type="button"
        className={big ? 'inline big' : 'inline'}
        aria-label={`${t('editHint', { field: label })}. ${(typeof shown === 'string' && shown) || value || (placeholder ?? t('empty'))}`}
        data-empty={!value && shown === undefined ? true : undefined}
        onClick={open}
        onKeyDown={(event) => {
          if (event.key === 'F2') open()
        }}
      >
        {shown ?? (value || (placeholder ?? t('empty')))}
      </button>
    )
  }
  return (
    <input
      className={big ? 'inline-input big' : 'inline-input'}
      aria-label={label}
      type={type}
      inputMode={inputMode}
      value={draft}
      placeholder={placeholder}
      maxLength={500}
      // biome-ignore lint/a11y/noAutofocus: the person has just opened this field
      autoFocus
      onFocus={(event) => event.currentTarget.select()}
      onChange={(event) => {
        setDraft(event.target.value)
        if (Date.now() - typedAt.current > 3000) {
          typedAt.current = Date.now()
          onTyping?.()
        }
      }}
      onBlur={() => close(true, false)}
      onKeyDown={onKeyDown}
    />
  )
}

/** One line of the pane: name, value, and below it what stands in the way. */
export function Line({
  field,
  label,
  children,
}: {
  field?: string
  label?: string
  children: ReactNode
}) {
  const { writer } = useCustomer()
  const t = useCustomerTexts()
  const name = field ? writer(field) : undefined
  return (
    <div className="f" data-held={name ? true : undefined}>
      <dt>{label ?? (field ? fieldName(field) : '')}</dt>
      <dd>
        {children}
        {name && <span className="held">{t('typingHere', { name })}</span>}
        {field && <FieldNotice field={field} />}
      </dd>
    </div>
  )
}

const said = (value: unknown): string =>
  Array.isArray(value)
    ? value.join(', ')
    : value === null || value === undefined
      ? '—'
      : typeof value === 'number'
        ? numberShown(value)
        : String(value)

export function FieldNotice({ field }: { field: string }) {
  const t = useCustomerTexts()
  const { problems, conflicts, resolve, people, me } = useCustomer()
  const problem = problems[field]
  const conflict = conflicts[field]
  if (conflict) {
    return (
      <div className="field-conflict" role="alert">
        <b>
          {conflict.by && conflict.by !== me
            ? t('conflictBy', { name: people.of(conflict.by).name })
            : t('conflictTitle')}
        </b>
        <span>{t('conflictTheirs', { value: said(conflict.theirs) })}</span>
        <span>{t('conflictMine', { value: said(conflict.mine) })}</span>
        <span className="row" style={{ gap: 6 }}>
          <Button small onPress={() => resolve(field, 'mine')}>
            {t('keepMine')}
          </Button>
          <Button small tone="quiet" onPress={() => resolve(field, 'theirs')}>
            {t('takeTheirs')}
          </Button>
        </span>
      </div>
    )
  }
  if (!problem) return null
  return (
    <span className="ferr" role="alert" data-problem={field}>
      <Icon of={CircleAlert} size="s" />
      <span>
        {problem.text}{' '}
        {problem.other && (
          <Link
            className="underline"
            to="/customers/$customerId"
            params={{ customerId: problem.other }}
          >
            {t('openOther')}
          </Link>
        )}
      </span>
    </span>
  )
}

/** A plain text field of the record. */
export function TextLine({
  field,
  label,
  inputMode,
  type,
}: {
  field: string
  label?: string
  inputMode?: 'text' | 'decimal'
  type?: 'text' | 'date'
}) {
  const { customer, save, reject, typing, canEdit } = useCustomer()
  const value = fieldValue(customer, field)
  const text =
    value === null || value === undefined
      ? ''
      : typeof value === 'number'
        ? numberText(value)
        : String(value)
  // A field of numbers or days says them as the reader writes them.
  const shown =
    typeof value === 'number'
      ? numberShown(value)
      : type === 'date' && /^\d{4}-\d\d-\d\d/.test(text)
        ? dayDate(text.slice(0, 10))
        : undefined
  const name = label ?? fieldName(field)
  return (
    <Line field={field} label={name}>
      <InlineText
        value={text}
        label={name}
        disabled={!canEdit}
        {...(shown ? { shown } : {})}
        {...(inputMode ? { inputMode } : {})}
        {...(type ? { type } : {})}
        since={{ version: customer.version, value }}
        onTyping={() => typing(field)}
        onSave={(next, known) => {
          if (inputMode !== 'decimal') return save(field, next || null, known)
          const number = next === '' ? null : parseNumber(next)
          if (number === undefined) reject(field, errorText('bad_number'))
          else save(field, number, known)
        }}
      />
    </Line>
  )
}
