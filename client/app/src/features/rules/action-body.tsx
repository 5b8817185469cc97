// The fields of one action.
import { Checkbox, type Option, SelectField } from '@/ui/field'
import type { Action, ActionOf, RuleOp } from '@/wire/rules'
import { type House, hostOf, personName } from './house'
import { SpanField } from './span-field'
import { TextWithName } from './text-with-name'
import { useRuleTexts } from './texts'
import { ChoicesField } from './values-field'

interface Props<A extends Action> {
  action: A
  op: RuleOp
  house: House
  /** What the server calls the action's fields: `actions.0`. */
  at: string
  errors: Record<string, string>
  onChange: (action: A) => void
}

const reminderKinds = ['call', 'confirm_appointment', 'documents', 'follow_up', 'other'] as const

/** A choice that is made already stays choosable when its record is gone. */
function withNow(options: readonly Option[], now: string, gone: string): readonly Option[] {
  return !now || options.some(({ id }) => id === now)
    ? options
    : [...options, { id: now, label: now.includes('@') ? now : gone }]
}

const whoName = (house: House, who: string): string | undefined =>
  who.startsWith('user:') ? personName(house, who.slice('user:'.length)) : undefined

function WhoField({
  label,
  value,
  words,
  house,
  error,
  onChange,
}: {
  label: string
  value: string
  words: readonly Option[]
  house: House
  error: string | undefined
  onChange: (who: string) => void
}) {
  const t = useRuleTexts()
  const people = house.people.active.map(({ id, name }) => ({ id: `user:${id}`, label: name }))
  return (
    <SelectField
      label={label}
      value={value || null}
      onChange={onChange}
      options={withNow([...words, ...people], value, whoName(house, value) ?? t('gone'))}
      error={error}
    />
  )
}

function Assign({ action, house, at, errors, onChange }: Props<ActionOf<'assign'>>) {
  const t = useRuleTexts()
  const pools = [{ id: 'all', name: '' }, ...house.teams].flatMap(({ id, name }) =>
    (['round_robin', 'load'] as const).map((how) => ({
      id: `${how}:${id}`,
      label: id === 'all' ? t(`to.${how}`) : t(`to.${how}.team`, { team: name }),
    })),
  )
  const people = house.people.active.map(({ id, name }) => ({ id: `user:${id}`, label: name }))
  return (
    <>
      <SelectField
        label={t('toWhom')}
        value={action.to || null}
        onChange={(to) => onChange({ ...action, to })}
        options={withNow([...pools, ...people], action.to, whoName(house, action.to) ?? t('gone'))}
        error={errors[`${at}.to`]}
        hint={
          action.to.startsWith('user:') ? undefined : t(action.replace ? 'replaceHint' : 'keptHint')
        }
      />
      <Checkbox
        label={t('replace')}
        isSelected={action.replace ?? false}
        onChange={(replace) => onChange({ ...action, replace })}
      />
    </>
  )
}

function Remind({ action, op, house, at, errors, onChange }: Props<ActionOf<'remind'>>) {
  const t = useRuleTexts()
  const canAnchor = op.startsWith('appointment.') || action.from === 'appointment'
  return (
    <>
      <SelectField
        label={t('reminderKind')}
        value={action.kind ?? 'other'}
        onChange={(kind) => onChange({ ...action, kind })}
        options={reminderKinds.map((id) => ({ id, label: t(`reminder.${id}`) }))}
        error={errors[`${at}.kind`]}
      />
      <WhoField
        label={t('forWhom')}
        value={action.who}
        words={[{ id: 'owner', label: t('who.owner') }]}
        house={house}
        error={errors[`${at}.who`]}
        onChange={(who) => onChange({ ...action, who })}
      />
      <SpanField
        label={t('time')}
        minutes={action.minutes}
        onChange={(minutes) => onChange({ ...action, minutes })}
        error={errors[`${at}.minutes`]}
      />
      {canAnchor && (
        <SelectField
          label={t('countedFrom')}
          value={action.from ?? 'now'}
          onChange={(from) => onChange({ ...action, from })}
          options={(['now', 'appointment'] as const).map((id) => ({ id, label: t(`from.${id}`) }))}
          error={errors[`${at}.from`]}
        />
      )}
      <div className="wide">
        <TextWithName
          label={t('reminderText')}
          value={action.text}
          onChange={(text) => onChange({ ...action, text })}
          error={errors[`${at}.text`]}
          maxLength={200}
        />
      </div>
    </>
  )
}

function Open({ action, house, at, errors, onChange }: Props<ActionOf<'activity'>>) {
  const t = useRuleTexts()
  const isDue = action.due_minutes !== null && action.due_minutes !== undefined
  return (
    <>
      <SelectField
        label={t('activityType')}
        value={action.type || null}
        onChange={(type) => onChange({ ...action, type })}
        options={withNow(
          house.types.map(({ id, key, name }) => ({
            id: key === action.type ? key : id,
            label: name,
          })),
          action.type,
          t('gone'),
        )}
        error={errors[`${at}.type`]}
      />
      <WhoField
        label={t('forWhom')}
        value={action.who}
        words={[{ id: 'owner', label: t('who.owner') }]}
        house={house}
        error={errors[`${at}.who`]}
        onChange={(who) => onChange({ ...action, who })}
      />
      <div className="wide">
        <TextWithName
          label={t('activityTitle')}
          value={action.title ?? ''}
          onChange={(title) => onChange({ ...action, title })}
          error={errors[`${at}.title`]}
          maxLength={200}
        />
      </div>
      <Checkbox
        label={t('hasDue')}
        isSelected={isDue}
        onChange={(on) => onChange({ ...action, due_minutes: on ? 1440 : null })}
      />
      {isDue && (
        <SpanField
          label={t('dueAfter')}
          minutes={action.due_minutes ?? Number.NaN}
          onChange={(due_minutes) => onChange({ ...action, due_minutes })}
          error={errors[`${at}.due_minutes`]}
        />
      )}
    </>
  )
}

function Mail({ action, house, at, errors, onChange }: Props<ActionOf<'mail'>>) {
  const t = useRuleTexts()
  return (
    <>
      <WhoField
        label={t('mailTo')}
        value={action.to}
        words={(['customer', 'owners'] as const).map((id) => ({ id, label: t(`who.${id}`) }))}
        house={house}
        error={errors[`${at}.to`]}
        onChange={(to) => onChange({ ...action, to })}
      />
      <div className="wide">
        <TextWithName
          label={t('subject')}
          value={action.subject}
          onChange={(subject) => onChange({ ...action, subject })}
          error={errors[`${at}.subject`]}
          maxLength={200}
        />
      </div>
      <div className="wide">
        <TextWithName
          label={t('body')}
          value={action.body}
          onChange={(body) => onChange({ ...action, body })}
          error={errors[`${at}.body`]}
          rows={5}
          maxLength={10_000}
        />
      </div>
    </>
  )
}

export function ActionBody(props: Props<Action>) {
  const t = useRuleTexts()
  const { action, house, at, errors, onChange } = props
  const options = house.tags.map(({ name, count }) => ({ id: name, label: name, count }))
  const fields = () => {
    switch (action.do) {
      case 'move_card':
        return (
          <SelectField
            label={t('toStage')}
            value={action.stage || null}
            onChange={(stage) => onChange({ ...action, stage })}
            options={withNow(
              house.stages.map((stage) => ({ id: stage.id, label: house.stageName(stage) })),
              action.stage,
              t('gone'),
            )}
            error={errors[`${at}.stage`]}
            hint={t('moveHint')}
          />
        )
      case 'assign':
        return <Assign {...props} action={action} />
      case 'tag':
        return (['add', 'remove'] as const).map((side) => (
          <ChoicesField
            key={side}
            label={t(`tag.${side}`)}
            value={action[side] ?? []}
            onChange={(tags) => onChange({ ...action, [side]: tags })}
            options={options}
            newLabel={(word) => t('useWord', { word })}
            error={errors[`${at}.${side}`]}
          />
        ))
      case 'remind':
        return <Remind {...props} action={action} />
      case 'activity':
        return <Open {...props} action={action} />
      case 'notify':
        return (
          <>
            <WhoField
              label={t('notifyWhom')}
              value={action.who}
              words={(['owners', 'managers'] as const).map((id) => ({ id, label: t(`who.${id}`) }))}
              house={house}
              error={errors[`${at}.who`]}
              onChange={(who) => onChange({ ...action, who })}
            />
            <div className="wide">
              <TextWithName
                label={t('notifyText')}
                value={action.text}
                onChange={(text) => onChange({ ...action, text })}
                error={errors[`${at}.text`]}
                maxLength={200}
              />
            </div>
          </>
        )
      case 'mail':
        return <Mail {...props} action={action} />
      case 'webhook':
        return (
          <SelectField
            label={t('webhook')}
            value={action.webhook || null}
            onChange={(webhook) => onChange({ ...action, webhook })}
            options={withNow(
              house.webhooks.map(({ id, url }) => ({ id, label: hostOf(url) })),
              action.webhook,
              t('gone'),
            )}
            error={errors[`${at}.webhook`]}
            hint={house.webhooks.length === 0 ? t('noWebhooks') : undefined}
          />
        )
    }
  }
  return <div className="rule-grid">{fields()}</div>
}
