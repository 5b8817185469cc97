// A password with a button that shows it.
import { CircleAlert, Eye, EyeOff } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { Button, Input, Label, TextField } from 'react-aria-components'
import { Icon } from './icon'

export function PasswordField({
  label,
  value,
  onChange,
  error,
  autoComplete,
  showLabel,
  hideLabel,
  autoFocus,
  below,
}: {
  label: string
  value: string
  onChange: (value: string) => void
  error?: string | undefined
  autoComplete: 'current-password' | 'new-password'
  showLabel: string
  hideLabel: string
  autoFocus?: boolean
  below?: ReactNode
}) {
  const [shown, setShown] = useState(false)
  return (
    <TextField
      className="field"
      value={value}
      onChange={onChange}
      isInvalid={error !== undefined}
      validationBehavior="aria"
      autoFocus={autoFocus ?? false}
      type={shown ? 'text' : 'password'}
      name="password"
      autoComplete={autoComplete}
    >
      <Label>{label}</Label>
      <span className="relative block">
        <Input className="input" style={{ paddingRight: 44 }} spellCheck={false} />
        <Button
          className="absolute inset-y-0 right-0 grid w-10 place-items-center text-text-3"
          aria-label={shown ? hideLabel : showLabel}
          aria-pressed={shown}
          onPress={() => setShown(!shown)}
        >
          <Icon of={shown ? EyeOff : Eye} />
        </Button>
      </span>
      {error && (
        <span className="ferr" role="alert">
          <Icon of={CircleAlert} size="s" />
          {error}
        </span>
      )}
      {below}
    </TextField>
  )
}
