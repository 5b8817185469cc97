// Then: one block an action, done in this order.
import { ArrowDown, ArrowUp, Plus, Trash2 } from 'lucide-react'
import { Button, IconButton } from '@/ui/button'
import { SelectField } from '@/ui/field'
import { MenuButton, MenuItem } from '@/ui/menu'
import type { Action, Doing, RuleOp } from '@/wire/rules'
import { ActionBody } from './action-body'
import { ACTIONS_MOST, actionOf, doings, type Keyed, keyed } from './draft'
import type { House } from './house'
import { useRuleTexts } from './texts'

export function ActionFields({
  actions,
  op,
  house,
  errors,
  onChange,
}: {
  actions: readonly Keyed<Action>[]
  op: RuleOp
  house: House
  errors: Record<string, string>
  onChange: (actions: Keyed<Action>[]) => void
}) {
  const t = useRuleTexts()
  const offered = (now?: Doing) =>
    doings.filter((doing) => doing !== 'webhook' || house.mayCallWebhooks || now === 'webhook')
  const set = (key: number, value: Action) =>
    onChange(actions.map((each) => (each.key === key ? { key, value } : each)))
  const shift = (from: number, by: number) => {
    const next = [...actions]
    const [moved] = next.splice(from, 1)
    if (moved) next.splice(from + by, 0, moved)
    onChange(next)
  }
  return (
    <>
      {actions.length > 0 && (
        <ol className="actions">
          {actions.map(({ key, value }, n) => {
            const name = t(`do.${value.do}`)
            return (
              <li key={key} className="action" aria-label={`${n + 1}. ${name}`}>
                <header>
                  <SelectField
                    label={t('actionKind')}
                    hideLabel
                    value={value.do}
                    onChange={(doing) => doing !== value.do && set(key, actionOf(doing))}
                    options={offered(value.do).map((id) => ({ id, label: t(`do.${id}`) }))}
                  />
                  <span className="sp" />
                  <IconButton
                    icon={ArrowUp}
                    label={t('earlier', { action: name })}
                    small
                    isDisabled={n === 0}
                    onPress={() => shift(n, -1)}
                  />
                  <IconButton
                    icon={ArrowDown}
                    label={t('later', { action: name })}
                    small
                    isDisabled={n === actions.length - 1}
                    onPress={() => shift(n, 1)}
                  />
                  <IconButton
                    icon={Trash2}
                    label={t('removeAction', { action: name })}
                    small
                    onPress={() => onChange(actions.filter((each) => each.key !== key))}
                  />
                </header>
                <ActionBody
                  action={value}
                  op={op}
                  house={house}
                  at={`actions.${n}`}
                  errors={errors}
                  onChange={(next) => set(key, next)}
                />
              </li>
            )
          })}
        </ol>
      )}
      {errors.actions && (
        <span className="ferr" role="alert">
          {t('needAction')}
        </span>
      )}
      {actions.length < ACTIONS_MOST && (
        <div>
          <MenuButton
            label={t('addAction')}
            button={
              <Button small icon={Plus}>
                {t('addAction')}
              </Button>
            }
          >
            {offered().map((doing) => (
              <MenuItem
                key={doing}
                id={doing}
                onAction={() => onChange([...actions, keyed(actionOf(doing))])}
              >
                {t(`do.${doing}`)}
              </MenuItem>
            ))}
          </MenuButton>
        </div>
      )}
    </>
  )
}
