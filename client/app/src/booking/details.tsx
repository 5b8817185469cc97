/** @jsxImportSource preact */
// Who comes. A name, one way to reach them, and their consent; the rest is theirs to give.
import { useEffect, useRef } from 'preact/hooks'
import { Field, Glyph, Notice } from './parts'
import { refusalText, useLocale, useTexts } from './texts'

export interface Given {
  name: string
  phone: string
  email: string
  note: string
  consent: boolean
}

export const noneGiven: Given = { name: '', phone: '', email: '', note: '', consent: false }

/** What is missing, code by field; the server judges the rest. */
export function problemsOf(given: Given): Record<string, string> {
  const found: Record<string, string> = {}
  if (!given.name.trim()) found.name = 'required'
  if (!given.phone.trim() && !given.email.trim()) found.phone = 'reach'
  else if (given.email.trim() && !/^\S+@\S+\.\S+$/.test(given.email.trim()))
    found.email = 'bad_email'
  if (!given.consent) found.consent = 'consent'
  return found
}

export function Details({
  given,
  onGiven,
  problems,
  consent,
  language,
  sending,
  onSubmit,
  refusal,
  blocked,
}: {
  given: Given
  onGiven: (change: Partial<Given>) => void
  problems: Record<string, string>
  consent: string
  /** The business's: its words of consent are in it. */
  language: string
  sending: boolean
  onSubmit: () => void
  refusal: string | undefined
  /** The time is gone: another one first. */
  blocked: boolean
}) {
  const t = useTexts()
  const locale = useLocale()
  const form = useRef<HTMLFormElement>(null)

  // The first field that is wrong takes the focus; its message is its description.
  useEffect(() => {
    if (Object.keys(problems).length === 0) return
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [problems])

  const error = (field: string): string | undefined => {
    const code = problems[field]
    if (!code) return undefined
    if (code === 'reach') return t.reachNeeded
    return refusalText(code, locale)
  }
  const optional = (label: string) => (
    <>
      {label} <span class="t3">({t.optional})</span>
    </>
  )
  return (
    <form
      ref={form}
      class="bk-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        onSubmit()
      }}
    >
      <Field
        label={t.name}
        name="name"
        autoComplete="name"
        maxLength={120}
        required
        value={given.name}
        error={error('name')}
        onInput={(name) => onGiven({ name })}
      />
      <Field
        label={t.phone}
        name="tel"
        type="tel"
        autoComplete="tel"
        maxLength={40}
        value={given.phone}
        error={error('phone')}
        onInput={(phone) => onGiven({ phone })}
      />
      <Field
        label={t.email}
        name="email"
        type="email"
        autoComplete="email"
        maxLength={254}
        value={given.email}
        error={error('email')}
        hint={t.reach}
        onInput={(email) => onGiven({ email })}
      />
      <Field
        label={optional(t.note)}
        name="note"
        rows={3}
        maxLength={2000}
        value={given.note}
        error={error('note')}
        onInput={(note) => onGiven({ note })}
      />
      <label class="bk-consent">
        <input
          type="checkbox"
          class="vh"
          checked={given.consent}
          aria-invalid={problems.consent !== undefined}
          aria-describedby={problems.consent ? 'bk-consent-error' : undefined}
          onChange={(event) => onGiven({ consent: event.currentTarget.checked })}
        />
        <span class="box">
          <Glyph of="check" />
        </span>
        <span lang={language.slice(0, 2)}>{consent}</span>
      </label>
      {problems.consent && (
        <span class="ferr" id="bk-consent-error">
          <Glyph of="warn" />
          {t.consentNeeded}
        </span>
      )}
      {refusal && <Notice tone="danger">{refusal}</Notice>}
      <button
        type="submit"
        class="btn p bk-go"
        aria-disabled={sending || blocked}
        disabled={blocked}
      >
        {sending ? t.submitting : t.submit}
      </button>
    </form>
  )
}
