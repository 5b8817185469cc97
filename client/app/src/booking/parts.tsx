/** @jsxImportSource preact */
// The few parts both pages are made of. Native controls throughout: they bring their keys and names.
import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import type { Person } from './api'
import type { Locale } from './locale'
import { useTexts } from './texts'

const glyphs = {
  check: 'M3.5 8.5l3 3 6-7',
  left: 'M9.5 3.5L5 8l4.5 4.5',
  right: 'M6.500 3.5L11 8l-4.500 4.5',
  clock: 'M8 4.500V8l2.500 1.500M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0',
  pin: 'M8 14.500s4.700-4.300 4.700-8A4.700 4.700 0 0 0 3.300 6.500c0 3.700 4.700 8 4.700 8zM8 8.300a1.800 1.800 0 1 0 0-3.600 1.800 1.800 0 0 0 0 3.600',
  day: 'M2.500 6.500h11M5 1.800v2.500M11 1.800v2.500M3.500 3h9a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1h-9a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1',
  person:
    'M8 8a2.800 2.800 0 1 0 0-5.600A2.800 2.800 0 0 0 8 8zM2.800 14c.5-2.700 2.500-4 5.200-4s4.700 1.300 5.200 4',
  warn: 'M8 5v3.500M8 11h.01M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0',
  globe:
    'M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0M2.300 6.200h11.400M2.300 9.800h11.400M8 2c-3.200 3.400-3.200 8.600 0 12 3.200-3.400 3.200-8.600 0-12',
  link: 'M6.800 9.200a2.600 2.600 0 0 0 3.700 0l2.300-2.300a2.600 2.600 0 0 0-3.700-3.700l-.8.8M9.200 6.800a2.600 2.600 0 0 0-3.700 0L3.200 9.100a2.600 2.600 0 0 0 3.700 3.700l.8-.8',
  cross: 'M4 4l8 8M12 4l-8 8',
} as const

export type GlyphName = keyof typeof glyphs

export const Glyph = ({ of, large }: { of: GlyphName; large?: boolean }) => (
  <svg class={large ? 'ic l' : 'ic'} viewBox="0 0 16 16" aria-hidden="true">
    <path d={glyphs[of]} />
  </svg>
)

/** The page: whose it is, what it is about, and the language at its foot. */
export function Frame({
  name,
  lead,
  locale,
  onLocale,
  children,
}: {
  name: ComponentChildren
  lead?: ComponentChildren
  locale: Locale
  onLocale: (locale: Locale) => void
  children: ComponentChildren
}) {
  const t = useTexts()
  return (
    <div class="bk">
      <header class="bk-head">
        {name}
        {lead}
      </header>
      <main class="bk-main">{children}</main>
      <footer class="bk-foot">
        <span>{t.by}</span>
        <span class="bk-lang" role="group" aria-label={t.languages}>
          <Glyph of="globe" />
          {(['tr', 'en'] as const).map((each) => (
            <button
              key={each}
              type="button"
              lang={each}
              aria-pressed={each === locale}
              onClick={() => onLocale(each)}
            >
              {each === 'tr' ? 'Türkçe' : 'English'}
            </button>
          ))}
        </span>
      </footer>
    </div>
  )
}

/** A page without content: what is wrong, and what can be done. */
export function Nothing({
  title,
  children,
  action,
}: {
  title: string
  children?: ComponentChildren
  action?: ComponentChildren
}) {
  return (
    <div class="bk-nothing">
      <svg class="flat" viewBox="0 0 120 24" aria-hidden="true" fill="none" stroke="currentColor">
        <path d="M0 18.500h108" stroke-width="1" />
        <circle cx="113" cy="18.500" r="3.500" stroke-width="1.500" />
      </svg>
      <h1>{title}</h1>
      {children && <p class="t2">{children}</p>}
      {action}
    </div>
  )
}

export function Skeleton() {
  const t = useTexts()
  return (
    <div class="bk-card" role="status" aria-label={t.loading}>
      <div class="skel" style={{ height: 24, width: '55%' }} />
      <div class="skel" style={{ height: 60 }} />
      <div class="skel" style={{ height: 60 }} />
      <div class="skel" style={{ height: 60 }} />
    </div>
  )
}

export function Notice({
  tone,
  children,
}: {
  tone: 'warn' | 'danger' | 'ok'
  children: ComponentChildren
}) {
  return (
    <div class={`bk-notice ${tone}`} role={tone === 'ok' ? 'status' : 'alert'}>
      <Glyph of={tone === 'ok' ? 'check' : 'warn'} />
      <div>{children}</div>
    </div>
  )
}

/**
 * A heading that takes the focus when its part of the page appears, so that a reader hears it;
 * `show` also brings that part into sight.
 */
export function Heading({
  children,
  quiet,
  show,
}: {
  children: ComponentChildren
  quiet?: boolean
  show?: boolean
}) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (quiet) return
    heading.current?.focus({ preventScroll: true })
    if (show) heading.current?.parentElement?.scrollIntoView({ block: 'start' })
  }, [quiet, show])
  return (
    <h2 ref={heading} tabIndex={-1}>
      {children}
    </h2>
  )
}

export function Field({
  label,
  value,
  onInput,
  error,
  hint,
  rows,
  type = 'text',
  ...input
}: {
  label: ComponentChildren
  value: string
  onInput: (value: string) => void
  error?: string | undefined
  hint?: string
  rows?: number
  name: string
  type?: 'text' | 'tel' | 'email'
  autoComplete?: string
  maxLength?: number
  required?: boolean
}) {
  const id = useId()
  const about = error ? `${id}-error` : hint ? `${id}-hint` : undefined
  const shared = {
    id,
    class: 'input',
    value,
    'aria-invalid': error !== undefined,
    ...(about ? { 'aria-describedby': about } : {}),
  }
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {rows ? (
        <textarea
          {...shared}
          rows={rows}
          name={input.name}
          maxLength={input.maxLength}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      ) : (
        <input
          {...shared}
          {...input}
          // the kinds differ only in which of them may have a list, and none here has one
          type={type as 'email'}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      )}
      {error ? (
        <span class="ferr" id={`${id}-error`}>
          <Glyph of="warn" />
          {error}
        </span>
      ) : (
        hint && (
          <span class="hint" id={`${id}-hint`}>
            {hint}
          </span>
        )
      )}
    </div>
  )
}

const TINTS = 6

/** Initials on the tint of the person. */
export function Face({ person }: { person: Person }) {
  const sum = [...person.id].reduce((total, letter) => total + (letter.codePointAt(0) ?? 0), 0)
  const tint = (sum % TINTS) + 1
  const words = person.name.trim().split(/\s+/)
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined]
    .map((word) => [...(word ?? '')][0] ?? '')
    .join('')
    .toLocaleUpperCase('tr')
  return (
    <span
      class="bk-face"
      aria-hidden="true"
      style={{ background: `var(--p${tint}-bg)`, color: `var(--p${tint})` }}
    >
      {letters}
    </span>
  )
}
