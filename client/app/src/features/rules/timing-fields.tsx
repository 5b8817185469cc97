// How much later, and in which hours.
import { SelectField } from '@/ui/field'
import type { Draft } from './draft'
import { SpanField } from './span-field'
import { useRuleTexts } from './texts'

export function TimingFields({
  draft,
  onChange,
  errors,
}: {
  draft: Pick<Draft, 'delay_minutes' | 'hours'>
  onChange: (change: Partial<Pick<Draft, 'delay_minutes' | 'hours'>>) => void
  errors: Record<string, string>
}) {
  const t = useRuleTexts()
  return (
    <div className="rule-grid">
      <SpanField
        label={t('delay')}
        minutes={draft.delay_minutes}
        onChange={(delay_minutes) => onChange({ delay_minutes })}
        error={errors.delay_minutes}
        hint={t('delayHint')}
      />
      <SelectField
        label={t('hours')}
        value={draft.hours}
        onChange={(hours) => onChange({ hours })}
        options={(['always', 'business'] as const).map((id) => ({ id, label: t(`hours.${id}`) }))}
        error={errors.hours}
        hint={draft.hours === 'business' ? t('hoursHint') : undefined}
      />
    </div>
  )
}
