// When: the event, and what narrows it.
import { liveOutcomes } from '@/features/activities/types'
import { sourceName } from '@/features/boards/source'
import { type Option, SelectField } from '@/ui/field'
import { ruleOps, type Trigger } from '@/wire/rules'
import { type Narrowing, narrowingsOf, triggerOf } from './fields'
import type { House } from './house'
import { useRuleTexts } from './texts'

const ANY = '\0any'
const reminderKinds = ['call', 'confirm_appointment', 'documents', 'follow_up', 'other'] as const

function optionsOf(
  narrowing: Narrowing,
  trigger: Trigger,
  house: House,
  t: ReturnType<typeof useRuleTexts>,
): readonly Option[] {
  switch (narrowing) {
    case 'board':
      return house.boards.map(({ id, name }) => ({ id, label: name }))
    case 'stage':
      return house.stages
        .filter((stage) => !trigger.board || stage.board_id === trigger.board)
        .map((stage) => ({ id: stage.id, label: house.stageName(stage) }))
    case 'type':
      if (trigger.op === 'reminder.fired')
        return reminderKinds.map((id) => ({ id, label: t(`reminder.${id}`) }))
      return (trigger.op === 'activity.closed' ? house.types : house.services).map(
        ({ id, name }) => ({ id, label: name }),
      )
    case 'outcome':
      return liveOutcomes(house.types.find((type) => type.id === trigger.type)).map(
        ({ id, name }) => ({ id, label: name }),
      )
    case 'source':
      return house.sources.map(({ name }) => ({ id: name, label: sourceName(name) }))
    case 'tag':
      return house.tags.map(({ name }) => ({ id: name, label: name }))
  }
}

const isWord = (narrowing: Narrowing) => narrowing === 'source' || narrowing === 'tag'

export function TriggerFields({
  trigger,
  onChange,
  house,
  errors,
}: {
  trigger: Trigger
  onChange: (trigger: Trigger) => void
  house: House
  errors: Record<string, string>
}) {
  const t = useRuleTexts()
  const narrow = (narrowing: Narrowing, value: string | null) => {
    const next = { ...trigger, [narrowing]: value }
    // Another board or type has other stages and outcomes.
    if (narrowing === 'board') next.stage = null
    if (narrowing === 'type') next.outcome = null
    onChange(next)
  }
  return (
    <div className="rule-grid">
      <div className="wide">
        <SelectField
          label={t('event')}
          value={trigger.op}
          onChange={(op) => onChange(triggerOf(op))}
          options={ruleOps.map((id) => ({ id, label: t(`op.${id}`) }))}
          error={errors['trigger.op']}
        />
      </div>
      {narrowingsOf(trigger.op).map((narrowing) => {
        if (narrowing === 'outcome' && !trigger.type) return null
        if (narrowing === 'board' && house.boards.length < 2 && !trigger.board) return null
        const now = trigger[narrowing]
        const found = optionsOf(narrowing, trigger, house, t)
        // What the rule names stays choosable when its record is gone.
        const options =
          now && !found.some(({ id }) => id === now)
            ? [...found, { id: now, label: isWord(narrowing) ? now : t('gone') }]
            : found
        if (options.length === 0) return null
        const label =
          narrowing === 'type' && trigger.op.startsWith('appointment.')
            ? t('narrow.service')
            : narrowing === 'type' && trigger.op === 'reminder.fired'
              ? t('narrow.reminder')
              : t(`narrow.${narrowing}`)
        return (
          <SelectField
            key={narrowing}
            label={label}
            value={now ?? ANY}
            onChange={(id) => narrow(narrowing, id === ANY ? null : id)}
            options={[{ id: ANY, label: t('any') }, ...options]}
            error={errors[`trigger.${narrowing}`]}
          />
        )
      })}
    </div>
  )
}
