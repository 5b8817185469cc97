// What the forms share: one submit at a time, field errors by name, the rest above the button.
import './strength.css'
import { CircleAlert } from 'lucide-react'
import { type FormEvent, type ReactNode, useRef, useState } from 'react'
import { fieldErrors, problemText } from '@/session/errors'
import { Button } from '@/ui/button'
import { Icon } from '@/ui/icon'
import { PasswordField } from '@/ui/password-field'
import { type Strength, strengthOf } from './strength'
import { useAuthTexts } from './texts'

export type Errors = Record<string, string | undefined>

export function useSubmit(validate: () => Errors, send: () => Promise<void>) {
  const [errors, setErrors] = useState<Errors>({})
  const [problem, setProblem] = useState<string>()
  const [busy, setBusy] = useState(false)
  const form = useRef<HTMLFormElement>(null)

  const focusFirst = () =>
    requestAnimationFrame(() =>
      form.current
        ?.querySelector<HTMLElement>('[aria-invalid="true"], [data-invalid] input')
        ?.focus(),
    )

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (busy) return
    const found = validate()
    setErrors(found)
    setProblem(undefined)
    if (Object.values(found).some(Boolean)) return focusFirst()
    setBusy(true)
    try {
      await send()
    } catch (error) {
      const fields = fieldErrors(error)
      setErrors(fields)
      if (Object.keys(fields).length === 0) setProblem(problemText(error))
      else focusFirst()
    } finally {
      setBusy(false)
    }
  }
  return { errors, problem, busy, form, submit, setErrors }
}

export function AuthForm({
  state,
  action,
  children,
}: {
  state: ReturnType<typeof useSubmit>
  action: string
  children: ReactNode
}) {
  return (
    <form ref={state.form} onSubmit={(event) => void state.submit(event)} noValidate>
      {children}
      {state.problem && (
        <div className="auth-alert" role="alert">
          <Icon of={CircleAlert} />
          {state.problem}
        </div>
      )}
      <Button type="submit" tone="primary" isPending={state.busy}>
        {action}
      </Button>
    </form>
  )
}

const levels = ['strength0', 'strength1', 'strength2', 'strength3', 'strength4'] as const

function StrengthMeter({ level }: { level: Strength }) {
  const t = useAuthTexts()
  return (
    <div className="strength" data-level={level}>
      <i />
      <i />
      <i />
      <i />
      <span aria-live="polite">{t(levels[level])}</span>
    </div>
  )
}

export function NewPasswordField({
  label,
  value,
  onChange,
  error,
  alsoOnForm,
  autoFocus,
}: {
  label: string
  value: string
  onChange: (value: string) => void
  error: string | undefined
  alsoOnForm: readonly string[]
  autoFocus?: boolean
}) {
  const t = useAuthTexts()
  return (
    <PasswordField
      label={label}
      value={value}
      onChange={onChange}
      error={error}
      autoComplete="new-password"
      showLabel={t('showPassword')}
      hideLabel={t('hidePassword')}
      autoFocus={autoFocus ?? false}
      below={!error && value !== '' && <StrengthMeter level={strengthOf(value, alsoOnForm)} />}
    />
  )
}

export const looksLikeEmail = (text: string): boolean => /^\S+@\S+\.\S+$/.test(text.trim())
