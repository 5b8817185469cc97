// Several values, of which one is enough: chosen from a list, or typed.
import { Plus } from 'lucide-react'
import { type ReactNode, useId, useState } from 'react'
import { Input } from 'react-aria-components'
import { useCommonTexts } from '@/i18n/common'
import { Button } from '@/ui/button'
import { Chip } from '@/ui/chip'
import type { FilterOption } from '@/ui/filter-select'
import { PickMenu } from '@/ui/pick-menu'
import { useRuleTexts } from './texts'

interface Props {
  label: string
  value: readonly string[]
  onChange: (value: string[]) => void
  error?: string | undefined
  hideLabel?: boolean
}

function Frame({
  label,
  hideLabel,
  value,
  nameOf,
  onChange,
  error,
  children,
}: Props & { nameOf: (value: string) => string; children: ReactNode }) {
  const c = useCommonTexts()
  const id = useId()
  return (
    <div className="field" role="group" aria-labelledby={id}>
      <span className={hideLabel ? 'vh' : 'lbl'} id={id}>
        {label}
      </span>
      <div className="values" data-invalid={error === undefined ? undefined : true}>
        {value.map((each) => (
          <Chip
            key={each}
            removeLabel={`${c('delete')}: ${nameOf(each)}`}
            onRemove={() => onChange(value.filter((other) => other !== each))}
          >
            {nameOf(each)}
          </Chip>
        ))}
        {children}
      </div>
      {error !== undefined && (
        <span className="ferr" role="alert">
          {error}
        </span>
      )}
    </div>
  )
}

export function ChoicesField({
  options,
  newLabel,
  ...props
}: Props & {
  options: readonly FilterOption[]
  /** Makes what was typed a value of its own. */
  newLabel?: (typed: string) => string
}) {
  const t = useRuleTexts()
  const { label, value, onChange } = props
  const nameOf = (id: string) => options.find((option) => option.id === id)?.label ?? id
  return (
    <Frame {...props} nameOf={nameOf}>
      <PickMenu
        button={
          <Button small tone="quiet" icon={Plus} aria-label={t('addTo', { label })}>
            {t('choose')}
          </Button>
        }
        label={label}
        searchLabel={t('find')}
        options={options.filter((option) => !value.includes(option.id))}
        onPick={(id) => onChange([...value, id])}
        {...(newLabel ? { newLabel } : {})}
      />
    </Frame>
  )
}

/** Words are kept when Enter is pressed or the field is left. */
export function WordsField(props: Props) {
  const t = useRuleTexts()
  const [typed, setTyped] = useState('')
  const { label, value, onChange } = props
  const keep = () => {
    const word = typed.trim()
    setTyped('')
    if (word && !value.includes(word)) onChange([...value, word])
  }
  return (
    <Frame {...props} nameOf={(word) => word}>
      <Input
        aria-label={label}
        value={typed}
        maxLength={200}
        placeholder={value.length === 0 ? t('wordHolder') : t('orHolder')}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={keep}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && typed.trim()) {
            event.preventDefault()
            keep()
          } else if (event.key === 'Backspace' && typed === '' && value.length > 0)
            onChange(value.slice(0, -1))
        }}
      />
    </Frame>
  )
}
