// So many minutes, hours, days: a number and its unit.
import { useState } from 'react'
import { SelectField, TextField } from '@/ui/field'
import { minutesIn, type Span, spanOf, type Unit, units } from './duration'
import { useRuleTexts } from './texts'

export function SpanField({
  label,
  minutes,
  onChange,
  error,
  hint,
}: {
  label: string
  /** NaN while no number is there. */
  minutes: number
  onChange: (minutes: number) => void
  error?: string | undefined
  hint?: string
}) {
  const t = useRuleTexts()
  const [span, setSpan] = useState<{ text: string; unit: Unit }>(() => {
    const { n, unit } = spanOf(Number.isFinite(minutes) ? minutes : 0)
    return { text: String(n), unit }
  })
  const change = (next: typeof span) => {
    setSpan(next)
    const n = next.text.trim() === '' ? Number.NaN : Number(next.text.trim().replace(',', '.'))
    onChange(minutesIn({ n, unit: next.unit } satisfies Span))
  }
  return (
    <div className="span-field">
      <TextField
        label={label}
        value={span.text}
        onChange={(text) => change({ ...span, text })}
        inputMode="decimal"
        error={error}
        hint={hint}
      />
      <SelectField
        label={t('unitOf', { label })}
        hideLabel
        value={span.unit}
        onChange={(unit) => change({ ...span, unit })}
        options={units.map((id) => ({ id, label: t(`unit.${id}`) }))}
      />
    </div>
  )
}
