// Make or change an outcome: what it means, asks and does.
import { useState } from 'react'
import { FormButtons, Sheet } from '@/ui/dialog'
import { Checkbox, SelectField, TextField } from '@/ui/field'
import { Icon } from '@/ui/icon'
import type { StageKind } from '@/wire/records'
import type { ActivityType, Ask, AskField, Effects, Outcome, OutcomeKind } from '@/wire/work'
import { useFormCommand } from './form-command'
import { outcomeIcons } from './outcome-sheet'
import { useActivityTexts } from './texts'

const kinds: readonly OutcomeKind[] = ['positive', 'neutral', 'negative']
const fields: readonly AskField[] = ['amount', 'date', 'lost_reason', 'note', 'quality']
const stageKinds: readonly StageKind[] = ['open', 'won', 'lost', 'parked']
const MOST_MINUTES = 525_600
type Asked = 'no' | 'optional' | 'required'

const askedOf = (asks: readonly Ask[], field: AskField): Asked => {
  const found = asks.find((each) => each.field === field)
  return found ? (found.required ? 'required' : 'optional') : 'no'
}

export function OutcomeDialog({
  type,
  outcome,
  onClose,
}: {
  type: ActivityType
  outcome?: Outcome | undefined
  onClose: () => void
}) {
  const t = useActivityTexts()
  const before: Effects = outcome?.effects ?? {}
  const [name, setName] = useState(outcome?.name ?? '')
  const [kind, setKind] = useState<OutcomeKind>(outcome?.kind ?? 'positive')
  const [asks, setAsks] = useState<readonly Ask[]>(outcome?.asks ?? [])
  const [stage, setStage] = useState<StageKind | 'stays' | 'same'>(
    before.stage_id ? 'same' : (before.stage_kind ?? 'stays'),
  )
  const [contact, setContact] = useState(before.last_contact ?? true)
  const [notify, setNotify] = useState<'none' | 'owners' | 'managers'>(before.notify ?? 'none')
  const [minutes, setMinutes] = useState(before.reminder ? String(before.reminder.minutes) : '')
  const [text, setText] = useState(before.reminder?.text ?? '')
  const command = useFormCommand(['name', 'effects.reminder'], onClose)
  const clean = name.trim()
  const after = minutes.trim() === '' ? undefined : Number(minutes)
  const minutesAreWrong =
    after !== undefined && !(Number.isInteger(after) && after >= 1 && after <= MOST_MINUTES)

  const setAsk = (field: AskField, asked: Asked) =>
    setAsks((now) => [
      ...now.filter((each) => each.field !== field),
      ...(asked === 'no' ? [] : [{ field, required: asked === 'required' }]),
    ])
  const save = () => {
    if (!clean || minutesAreWrong) return
    const effects: Effects = {
      ...(stage === 'same'
        ? { stage_id: before.stage_id ?? null }
        : stage === 'stays'
          ? {}
          : { stage_kind: stage }),
      ...(after ? { reminder: { minutes: after, text: text.trim() || clean } } : {}),
      ...(contact ? { last_contact: true } : {}),
      ...(notify === 'none' ? {} : { notify }),
    }
    const d = { name: clean, kind, asks, effects }
    void command.submit({
      topic: 'tenant',
      op: outcome ? 'outcome.update' : 'outcome.create',
      d: outcome ? { outcome: outcome.id, ...d } : { activity_type: type.id, ...d },
      label: clean,
    })
  }
  return (
    <Sheet
      isOpen
      onClose={onClose}
      title={`${type.name}: ${t(outcome ? 'editOutcome' : 'newOutcome')}`}
      onSubmit={save}
      keepOpen={!outcome && name !== ''}
      footer={
        <FormButtons
          onCancel={onClose}
          isDisabled={!clean || minutesAreWrong}
          isPending={command.isPending}
        />
      }
    >
      <TextField
        label={t('outcomeName')}
        value={name}
        onChange={setName}
        error={command.fields.name}
        autoFocus
        maxLength={100}
      />
      <SelectField
        label={t('outcomeKind')}
        value={kind}
        onChange={setKind}
        options={kinds.map((id) => ({
          id,
          label: t(`outcome.${id}`),
          mark: <Icon of={outcomeIcons[id]} />,
        }))}
      />
      <h3 className="lbl">{t('asks')}</h3>
      {fields.map((field) => (
        <SelectField
          key={field}
          label={t(`field.${field}`)}
          value={askedOf(asks, field)}
          onChange={(asked) => setAsk(field, asked)}
          options={(['no', 'optional', 'required'] as const).map((id) => ({
            id,
            label: t(`ask.${id}`),
          }))}
        />
      ))}
      <h3 className="lbl">{t('effects')}</h3>
      <SelectField
        label={t('effectStage')}
        value={stage}
        onChange={setStage}
        options={[
          { id: 'stays' as const, label: t('effectStays') },
          ...stageKinds.map((id) => ({ id, label: t(`effect.${id}`) })),
          ...(before.stage_id ? [{ id: 'same' as const, label: t('effectSame') }] : []),
        ]}
      />
      <SelectField
        label={t('effectNotify')}
        value={notify}
        onChange={setNotify}
        options={(['none', 'owners', 'managers'] as const).map((id) => ({
          id,
          label: t(`notify.${id}`),
        }))}
      />
      <TextField
        label={t('effectReminder')}
        value={minutes}
        onChange={setMinutes}
        inputMode="numeric"
        hint={t('effectReminderHint')}
        error={minutesAreWrong ? t('badMinutes') : command.fields['effects.reminder']}
      />
      {after !== undefined && (
        <TextField
          label={t('effectReminderText')}
          value={text}
          onChange={setText}
          maxLength={200}
        />
      )}
      <Checkbox label={t('effectContact')} isSelected={contact} onChange={setContact} />
      {command.whole && (
        <p className="ferr" role="alert">
          {command.whole}
        </p>
      )}
    </Sheet>
  )
}
