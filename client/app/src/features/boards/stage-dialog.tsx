// Make or change a stage: name, meaning, colour, limit; and what happens to its cards when it goes.
import '@/features/activities/activities.css'
import { useState } from 'react'
import { RequirementChoices } from '@/features/activities/requirements'
import { useActivityTexts } from '@/features/activities/texts'
import { perform } from '@/live/live'
import { offerUndo } from '@/live/undo'
import { Dialog, FormButtons } from '@/ui/dialog'
import { SelectField, TextField } from '@/ui/field'
import type { Requirement, Stage, StageKind } from '@/wire/records'
import type { BoardControl } from './control'
import { progressOf, StageGauge } from './gauge'
import { useBoardTexts } from './texts'

const kinds: readonly StageKind[] = ['open', 'won', 'lost', 'parked']
const colours = [1, 2, 3, 4, 5, 6, 7, 8]

export function StageDialog({
  control,
  stage,
  after,
  onClose,
}: {
  control: BoardControl
  /** Undefined makes a new one. */
  stage?: Stage | undefined
  after?: string | undefined
  onClose: () => void
}) {
  const t = useBoardTexts()
  const a = useActivityTexts()
  const [name, setName] = useState(stage?.name ?? '')
  const [kind, setKind] = useState<StageKind>(stage?.kind ?? 'open')
  const [colour, setColour] = useState(stage?.colour ?? (control.stages.length % 8) + 1)
  const [requires, setRequires] = useState<Requirement[]>(stage?.requires ?? [])
  const [limit, setLimit] = useState(stage?.wip_limit?.toString() ?? '')
  const wip_limit = limit.trim() === '' ? null : Number(limit)
  const limitIsWrong = wip_limit !== null && !(Number.isInteger(wip_limit) && wip_limit > 0)

  const save = () => {
    const clean = name.trim()
    if (!clean || limitIsWrong) return
    const values = { name: clean, kind, colour, wip_limit, requires }
    const { topic } = control
    if (!stage) {
      const d = { ...values, ...(after ? { after } : {}) }
      void perform({ topic, op: 'stage.create', d, label: t('newStage') })
    } else {
      const text = t('stageChanged', { stage: clean })
      const command = (d: Partial<Stage>) => ({
        topic,
        op: 'stage.update',
        d: { stage: stage.id, ...d },
        label: text,
      })
      const old = {
        name: stage.name,
        kind: stage.kind,
        colour: stage.colour,
        wip_limit: stage.wip_limit,
        requires: stage.requires ?? [],
      }
      offerUndo({ text, inverse: () => [command(old)] }, { given: perform(command(values)) })
    }
    onClose()
  }
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={stage ? t('editStage') : t('newStage')}
      onSubmit={save}
      footer={<FormButtons onCancel={onClose} isDisabled={!name.trim() || limitIsWrong} />}
    >
      <TextField label={t('stageName')} value={name} onChange={setName} autoFocus maxLength={60} />
      <SelectField
        label={t('stageKind')}
        value={kind}
        onChange={setKind}
        options={kinds.map((id) => ({
          id,
          label: t(`kind_${id}`),
          mark: <StageGauge stage={{ kind: id, colour }} progress={0.5} />,
        }))}
      />
      <div className="field">
        <span className="lbl" id="stage-colour">
          {t('stageColour')}
        </span>
        <div className="swatches" role="radiogroup" aria-labelledby="stage-colour">
          {colours.map((n) => (
            <button
              type="button"
              role="radio"
              key={n}
              className="swatch"
              aria-checked={colour === n}
              aria-label={t('colourNumber', { n })}
              onClick={() => setColour(n)}
            >
              <StageGauge stage={{ kind, colour: n }} progress={0.5} />
            </button>
          ))}
        </div>
      </div>
      <TextField
        label={t('wipLimit')}
        value={limit}
        onChange={setLimit}
        inputMode="numeric"
        hint={t('wipHint')}
        error={limitIsWrong ? t('wipWrong') : undefined}
      />
      <div className="field">
        <span className="lbl">{a('requires')}</span>
        <RequirementChoices label={a('requires')} value={requires} onChange={setRequires} />
      </div>
    </Dialog>
  )
}

export function ArchiveStageDialog({
  control,
  stage,
  onClose,
}: {
  control: BoardControl
  stage: Stage
  onClose: () => void
}) {
  const t = useBoardTexts()
  const count = control.orders.of(stage.id).length
  const others = control.stages.filter((s) => s.id !== stage.id)
  const [to, setTo] = useState<string | null>(others[0]?.id ?? null)
  const archive = () => {
    const d = { stage: stage.id, ...(count > 0 && to ? { move_to: to } : {}) }
    void perform({ topic: control.topic, op: 'stage.archive', d, label: t('archiveStage') })
    onClose()
  }
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t('archiveStageNamed', { stage: stage.name })}
      footer={
        <FormButtons
          onCancel={onClose}
          action={t('archive')}
          tone="danger-filled"
          onPress={archive}
          isDisabled={others.length === 0}
        />
      }
    >
      <p className="t2">{count > 0 ? t('stageHasCards', { count }) : t('stageIsEmpty')}</p>
      {count > 0 && (
        <SelectField
          label={t('moveCardsTo')}
          value={to}
          onChange={setTo}
          options={others.map((s) => ({
            id: s.id,
            label: s.name,
            mark: <StageGauge stage={s} progress={progressOf(s, control.stages)} />,
          }))}
        />
      )}
    </Dialog>
  )
}
