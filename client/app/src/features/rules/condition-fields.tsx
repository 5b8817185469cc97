// If: one line a condition; all of them must hold, and of a condition's values one is enough.
import { Plus, Trash2 } from 'lucide-react'
import { useLocale } from '@/i18n'
import { Button, IconButton } from '@/ui/button'
import { type Option, SelectField } from '@/ui/field'
import type { Condition, RuleOp } from '@/wire/rules'
import { CONDITIONS_MOST, type Keyed, keyed } from './draft'
import {
  asksNothing,
  comparisonsOf,
  conditionOn,
  type Field,
  fieldOf,
  fieldsFor,
  takesSeveral,
  valuesOf,
} from './fields'
import type { House } from './house'
import { fieldName, plain } from './sentence'
import { useRuleTexts } from './texts'
import { ValueField } from './value-field'

/** A field's name at the beginning of a line. */
export function useFieldLabel(): (field: Field) => string {
  const t = useRuleTexts()
  const locale = useLocale()
  return (field) => {
    const name = field.label ?? plain(fieldName(field))
    const upper = name.charAt(0).toLocaleUpperCase(locale) + name.slice(1)
    return field.group === 'custom' ? `${t('group.custom')}: ${upper}` : upper
  }
}

/** Another comparison: the value stays where it still means something. */
function compared(condition: Condition, field: Field, is: Condition['is']): Condition {
  const { value: _, ...rest } = condition
  if (asksNothing(is)) return { ...rest, is }
  return asksNothing(condition.is)
    ? { ...conditionOn(field), is }
    : { ...condition, is, value: condition.value ?? null }
}

function ConditionLine({
  condition,
  op,
  house,
  at,
  errors,
  onChange,
  onRemove,
}: {
  condition: Condition
  op: RuleOp
  house: House
  at: string
  errors: Record<string, string>
  onChange: (condition: Condition) => void
  onRemove: () => void
}) {
  const t = useRuleTexts()
  const labelOf = useFieldLabel()
  const field = fieldOf(condition.field, op, house.custom)
  const known = fieldsFor(op, house.custom)
  const fields = known.some(({ id }) => id === field.id) ? known : [...known, field]
  const comparisons = comparisonsOf(field)
  const isList = field.kind === 'tags' || field.kind === 'people'
  const comparison = (is: Condition['is']): Option<Condition['is']> => ({
    id: is,
    label:
      field.kind === 'hours' && (is === 'more' || is === 'less')
        ? t(`is.hours.${is}`)
        : isList && (is === 'has' || is === 'has_not')
          ? t(`is.list.${is}`)
          : t(`is.${is}`),
  })
  const shown = comparisons.includes(condition.is) ? comparisons : [...comparisons, condition.is]
  const several = takesSeveral(field.kind) && valuesOf(condition).length > 1
  return (
    <li className="condition">
      <SelectField
        label={t('field')}
        hideLabel
        value={field.id}
        onChange={(id) => {
          const next = fields.find((each) => each.id === id)
          if (next && id !== field.id) onChange(conditionOn(next))
        }}
        options={fields.map((each) => ({ id: each.id, label: labelOf(each) }))}
        error={errors[`${at}.field`]}
      />
      {shown.length > 1 ? (
        <SelectField
          label={t('comparison')}
          hideLabel
          value={condition.is}
          onChange={(is) => onChange(compared(condition, field, is))}
          options={shown.map(comparison)}
          error={errors[`${at}.is`]}
        />
      ) : (
        <span className="t3 is">{comparison(condition.is).label}</span>
      )}
      {asksNothing(condition.is) ? (
        <span />
      ) : (
        <div>
          <ValueField
            label={labelOf(field)}
            field={field}
            condition={condition}
            house={house}
            onChange={(value) => onChange({ ...condition, value })}
            error={errors[`${at}.value`]}
          />
          {several && <span className="hint">{t('oneIsEnough')}</span>}
        </div>
      )}
      <IconButton
        icon={Trash2}
        label={t('removeCondition', { field: labelOf(field) })}
        small
        onPress={onRemove}
      />
    </li>
  )
}

export function ConditionFields({
  conditions,
  op,
  house,
  errors,
  onChange,
}: {
  conditions: readonly Keyed<Condition>[]
  op: RuleOp
  house: House
  errors: Record<string, string>
  onChange: (conditions: Keyed<Condition>[]) => void
}) {
  const t = useRuleTexts()
  const add = () => {
    const [first] = fieldsFor(op, house.custom)
    if (first) onChange([...conditions, keyed(conditionOn(first))])
  }
  return (
    <>
      {conditions.length === 0 ? (
        <p className="t3">{t('noConditions')}</p>
      ) : (
        <ul className="conditions">
          {conditions.map(({ key, value }, n) => (
            <ConditionLine
              key={key}
              condition={value}
              op={op}
              house={house}
              at={`conditions.${n}`}
              errors={errors}
              onChange={(next) =>
                onChange(conditions.map((each) => (each.key === key ? { key, value: next } : each)))
              }
              onRemove={() => onChange(conditions.filter((each) => each.key !== key))}
            />
          ))}
        </ul>
      )}
      {errors.conditions && (
        <span className="ferr" role="alert">
          {errors.conditions}
        </span>
      )}
      {conditions.length < CONDITIONS_MOST && (
        <div>
          <Button small icon={Plus} onPress={add}>
            {t('addCondition')}
          </Button>
        </div>
      )}
    </>
  )
}
