// The input that fits a condition's field.
import { useState } from 'react'
import { parseMoney } from '@/features/boards/money-input'
import { sourceName } from '@/features/boards/source'
import { number } from '@/i18n/format'
import { numberText, parseNumber } from '@/i18n/numbers'
import { Avatar } from '@/ui/avatar'
import { SelectField, TextField } from '@/ui/field'
import type { FilterOption } from '@/ui/filter-select'
import type { Condition } from '@/wire/rules'
import { hoursIn } from './duration'
import { type Field, valuesOf } from './fields'
import { type House, personName } from './house'
import { SpanField } from './span-field'
import { useRuleTexts } from './texts'
import { ChoicesField, WordsField } from './values-field'

interface Props {
  label: string
  field: Field
  condition: Condition
  house: House
  onChange: (value: Condition['value']) => void
  error?: string | undefined
}

const qualities = ['A', 'B', 'C', 'D']

/** A number as people type it; what is none is kept as typed and refused on saving. */
function NumberValue({
  label,
  condition,
  onChange,
  error,
  isMoney,
  currency,
}: {
  label: string
  condition: Condition
  onChange: (value: Condition['value']) => void
  error?: string | undefined
  isMoney: boolean
  currency: string
}) {
  const t = useRuleTexts()
  const [first] = valuesOf(condition)
  const [text, setText] = useState(() =>
    typeof first === 'number' ? (isMoney ? number(first / 100) : numberText(first)) : '',
  )
  const read = (typed: string): number | null => {
    if (isMoney) return parseMoney(typed)
    return parseNumber(typed) ?? null
  }
  return (
    <TextField
      label={isMoney ? t('valueIn', { label, currency }) : label}
      value={text}
      inputMode="decimal"
      error={error}
      onChange={(typed) => {
        setText(typed)
        onChange(read(typed))
      }}
    />
  )
}

function choicesOf(field: Field, house: House, t: ReturnType<typeof useRuleTexts>): FilterOption[] {
  switch (field.kind) {
    case 'quality':
      return qualities.map((id) => ({ id, label: id }))
    case 'source':
      return house.sources.map(({ name, count }) => ({ id: name, label: sourceName(name), count }))
    case 'tags':
      return house.tags.map(({ name, count }) => ({ id: name, label: name, count }))
    case 'board':
      return house.boards.map(({ id, name }) => ({ id, label: name }))
    case 'stage':
      return house.stages.map((stage) => ({ id: stage.id, label: house.stageName(stage) }))
    case 'people':
    case 'person':
      return house.people.active.map((user) => ({
        id: user.id,
        label: user.name,
        mark: <Avatar person={user} />,
      }))
    case 'words':
      return (field.options ?? []).map((id) => ({ id, label: t(`word.${id}` as 'word.open') }))
    case 'choice':
      return (field.options ?? []).map((id) => ({ id, label: id }))
    default:
      return []
  }
}

export function ValueField({ label, field, condition, house, onChange, error }: Props) {
  const t = useRuleTexts()
  const [first] = valuesOf(condition)
  const texts = valuesOf(condition).map(String)
  switch (field.kind) {
    case 'number':
    case 'money':
      return (
        <NumberValue
          key={field.id}
          label={label}
          condition={condition}
          onChange={onChange}
          error={error}
          isMoney={field.kind === 'money'}
          currency={house.currency}
        />
      )
    case 'hours':
      return (
        <SpanField
          key={field.id}
          label={label}
          minutes={typeof first === 'number' ? Math.round(first * 60) : Number.NaN}
          onChange={(minutes) =>
            onChange(Number.isFinite(minutes) ? hoursIn({ n: minutes, unit: 'minute' }) : null)
          }
          error={error}
        />
      )
    case 'date':
      return (
        <TextField
          label={label}
          type="date"
          value={typeof first === 'string' ? first : ''}
          onChange={(day) => onChange(day || null)}
          error={error}
        />
      )
    case 'bool':
      return (
        <SelectField
          label={label}
          value={first === false ? 'no' : 'yes'}
          onChange={(id) => onChange(id === 'yes')}
          options={(['yes', 'no'] as const).map((id) => ({ id, label: t(id) }))}
          error={error}
        />
      )
    case 'text':
      return <WordsField label={label} value={texts} onChange={onChange} error={error} />
    default: {
      const typed = field.kind === 'tags' || field.kind === 'source'
      return (
        <ChoicesField
          label={label}
          value={texts}
          onChange={onChange}
          error={error}
          options={named(
            choicesOf(field, house, t),
            texts,
            (id) => goneName(field, house, id) ?? t('gone'),
          )}
          {...(typed ? { newLabel: (word: string) => t('useWord', { word }) } : {})}
        />
      )
    }
  }
}

/** What a condition names stays readable when its record is gone. */
function goneName(field: Field, house: House, id: string): string | undefined {
  if (field.kind === 'people' || field.kind === 'person') return personName(house, id)
  return field.kind === 'stage' || field.kind === 'board' ? undefined : id
}

function named(
  options: FilterOption[],
  chosen: readonly string[],
  gone: (id: string) => string,
): FilterOption[] {
  const missing = chosen.filter((id) => !options.some((option) => option.id === id))
  return [...options, ...missing.map((id) => ({ id, label: gone(id) }))]
}
