import { toast } from '@/ui/toasts'
import { fieldName } from './fields'
import { FieldNotice, InlineText } from './inline'
import { useCustomer } from './live'
import { useCustomerTexts } from './texts'

/** A score of 0..100 with its bar; the number is edited in place. */
export function Score({
  field,
  tone,
}: {
  field: 'score_emotional' | 'score_logical'
  tone: 'accent' | 'info'
}) {
  const t = useCustomerTexts()
  const { customer, save, typing, canEdit } = useCustomer()
  const value = customer[field]
  return (
    <div className="score">
      <div>
        <span>{fieldName(field)}</span>
        <b>
          <InlineText
            value={value === null ? '' : String(value)}
            label={fieldName(field)}
            inputMode="numeric"
            placeholder="—"
            disabled={!canEdit}
            onTyping={() => typing(field)}
            since={{ version: customer.version, value }}
            onSave={(next, since) => {
              const number = next === '' ? null : Number(next)
              if (number !== null && !(Number.isInteger(number) && number >= 0 && number <= 100))
                return toast(t('badScore'))
              save(field, number, since)
            }}
          />
        </b>
      </div>
      <i
        style={{ '--v': `${value ?? 0}%`, '--c': `var(--${tone})` } as React.CSSProperties}
        aria-hidden="true"
      />
      <FieldNotice field={field} />
    </div>
  )
}
