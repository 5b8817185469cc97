// Form fields: label above, error below in words, React Aria's native validity underneath.
import { Check, ChevronDown, CircleAlert, Minus } from 'lucide-react'
import type { HTMLInputTypeAttribute, ReactNode } from 'react'
import {
  Button as AriaButton,
  Checkbox as AriaCheckbox,
  Select as AriaSelect,
  TextArea as AriaTextArea,
  TextField as AriaTextField,
  Input,
  type Key,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  SelectValue,
} from 'react-aria-components'
import { Icon } from './icon'

function FieldNotes({ error, hint }: { error?: string | undefined; hint?: string | undefined }) {
  if (error)
    return (
      <span className="ferr" role="alert">
        <Icon of={CircleAlert} size="s" />
        {error}
      </span>
    )
  return hint ? <span className="hint">{hint}</span> : null
}

export interface TextFieldProps {
  label: string
  value: string
  onChange: (value: string) => void
  error?: string | undefined
  hint?: string | undefined
  type?: HTMLInputTypeAttribute
  name?: string
  autoComplete?: string
  inputMode?: 'text' | 'numeric' | 'decimal' | 'tel' | 'email' | 'url'
  placeholder?: string
  autoFocus?: boolean
  isRequired?: boolean
  isDisabled?: boolean
  maxLength?: number
  /** More than one line. */
  rows?: number
  onBlur?: () => void
}

export function TextField({ label, error, hint, rows, placeholder, ...props }: TextFieldProps) {
  const { onBlur, autoFocus, inputMode, ...rest } = props
  return (
    <AriaTextField
      className="field"
      isInvalid={error !== undefined}
      validationBehavior="aria"
      autoFocus={autoFocus ?? false}
      {...(onBlur ? { onBlur } : {})}
      {...(inputMode ? { inputMode } : {})}
      {...rest}
      type={rest.type as 'text'}
    >
      <Label>{label}</Label>
      {rows ? (
        <AriaTextArea className="input" rows={rows} placeholder={placeholder ?? ''} />
      ) : (
        <Input className="input" placeholder={placeholder ?? ''} />
      )}
      <FieldNotes error={error} hint={hint} />
    </AriaTextField>
  )
}

export interface Option<K extends string = string> {
  id: K
  label: string
  /** Drawn before the label. */
  mark?: ReactNode
}

export function SelectField<K extends string>({
  label,
  options,
  value,
  onChange,
  error,
  hint,
  hideLabel,
  isDisabled,
}: {
  label: string
  options: readonly Option<K>[]
  value: K | null
  onChange: (value: K) => void
  error?: string | undefined
  hint?: string | undefined
  hideLabel?: boolean
  isDisabled?: boolean
}) {
  return (
    <AriaSelect
      className="field"
      value={value as Key | null}
      onChange={(key) => key !== null && onChange(key as K)}
      isInvalid={error !== undefined}
      isDisabled={isDisabled ?? false}
      {...(hideLabel ? { 'aria-label': label } : {})}
    >
      {!hideLabel && <Label>{label}</Label>}
      <AriaButton className="input row" style={{ textAlign: 'left' }}>
        {/* the words alone: a mark beside them has a name of its own, and the control would have two */}
        <SelectValue className="el sp sval">
          {({ selectedText, defaultChildren }) => selectedText || defaultChildren}
        </SelectValue>
        <Icon of={ChevronDown} />
      </AriaButton>
      <FieldNotes error={error} hint={hint} />
      <Popover className="pop" offset={4}>
        <ListBox className="menu" items={options}>
          {(option) => (
            <ListBoxItem className="mi" id={option.id} textValue={option.label}>
              {option.mark}
              <span className="el">{option.label}</span>
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </AriaSelect>
  )
}

export function Checkbox({
  label,
  hideLabel,
  isSelected,
  isIndeterminate,
  isDisabled,
  onChange,
}: {
  label: string
  hideLabel?: boolean
  isSelected: boolean
  isIndeterminate?: boolean
  isDisabled?: boolean
  onChange: (selected: boolean) => void
}) {
  return (
    <AriaCheckbox
      className="check"
      isSelected={isSelected}
      isIndeterminate={isIndeterminate ?? false}
      isDisabled={isDisabled ?? false}
      onChange={onChange}
      {...(hideLabel ? { 'aria-label': label } : {})}
    >
      <span className="box">
        <Icon of={isIndeterminate ? Minus : Check} size="s" />
      </span>
      {!hideLabel && label}
    </AriaCheckbox>
  )
}
