// How an activity ended: one outcome, and what that outcome asks for.
import './activities.css'
import { CircleCheck, CircleMinus, CircleX } from 'lucide-react'
import { useState } from 'react'
import { CommandError } from '@/live/engine'
import { errorText } from '@/session/errors'
import { useSignedIn } from '@/session/session'
import { FormButtons, Sheet } from '@/ui/dialog'
import { Icon } from '@/ui/icon'
import { toast } from '@/ui/toasts'
import type { Requirement } from '@/wire/records'
import type { Activity, Outcome, OutcomeKind } from '@/wire/work'
import { type Asked, type Draft, isComplete, type Question, questionsOf, readDraft } from './asks'
import { activityName, closeActivity, closeLater, isConnected } from './commands'
import { FieldsForm, type Problems } from './fields-form'
import { useActivityTexts } from './texts'
import { liveOutcomes, useActivityTypes } from './types'

export const outcomeIcons: Record<OutcomeKind, typeof CircleCheck> = {
  positive: CircleCheck,
  neutral: CircleMinus,
  negative: CircleX,
}

export function OutcomeSheet({ activity, onClose }: { activity: Activity; onClose: () => void }) {
  const t = useActivityTexts()
  const types = useActivityTypes()
  const { tenant } = useSignedIn()
  const type = types.of(activity.type_id)
  const outcomes = liveOutcomes(type)
  const [outcome, setOutcome] = useState<Outcome | undefined>(
    outcomes.length === 1 ? outcomes[0] : undefined,
  )
  const [draft, setDraft] = useState<Draft>({})
  const [problems, setProblems] = useState<Problems>({})
  const [isPending, setPending] = useState(false)
  // What the stage demands that the outcome leads to; only the server knows which one that is.
  const [demanded, setDemanded] = useState<readonly Question[]>([])
  // Put away by a colleague while this is open: seen live, or said by the refusal that comes first.
  const [refused, setRefused] = useState<string>()
  const isGone =
    outcome !== undefined &&
    (refused === outcome.id || outcomes.every((each) => each.id !== outcome.id))
  const asked = outcome ? questionsOf(outcome.asks) : []
  const questions = [
    ...asked.filter(({ field }) => !demanded.some((each) => each.field === field)),
    ...demanded,
  ]

  const submit = async () => {
    if (!outcome || isGone || isPending) return
    const read = readDraft(questions, draft, tenant.currency)
    setProblems(read.problems)
    if (!isComplete(read)) return
    // Without a connection the command waits; nobody has to look at this sheet meanwhile.
    if (!isConnected()) {
      closeLater(activity, outcome, read.fields)
      onClose()
      return
    }
    setPending(true)
    try {
      await closeActivity(activity, outcome, read.fields)
      onClose()
    } catch (error) {
      setPending(false)
      if (!(error instanceof CommandError)) return
      if (error.fields?.some(({ field }) => field === 'outcome')) return setRefused(outcome.id)
      const found: Problems = {}
      for (const { field, code, message } of error.fields ?? [])
        found[field.replace(/^fields\./, '') as Asked] = { text: errorText(code, message) }
      setProblems(found)
      const missing = (error.data?.missing ?? []) as Requirement[]
      if (missing.length > 0) {
        const more = missing.map((field): Question => ({ field, required: true }))
        setDemanded((now) => [
          ...now.filter(({ field }) => !missing.some((each) => each === field)),
          ...more,
        ])
        return
      }
      if (Object.keys(found).length === 0)
        toast(errorText(error.reason ?? error.code, error.message))
    }
  }
  return (
    <Sheet
      isOpen
      onClose={onClose}
      title={t('resultOf', { name: activityName(activity, type) })}
      onSubmit={() => void submit()}
      keepOpen={Object.values(draft).some(Boolean)}
      footer={
        <FormButtons onCancel={onClose} isDisabled={!outcome || isGone} isPending={isPending} />
      }
    >
      {outcomes.length === 0 ? (
        <p className="t2">{t('noOutcomes')}</p>
      ) : (
        <div className="outcomes" role="radiogroup" aria-label={t('outcome')}>
          {outcomes.map((each) => (
            <button
              key={each.id}
              type="button"
              role="radio"
              className="outcome"
              data-kind={each.kind}
              aria-checked={outcome?.id === each.id}
              onClick={() => {
                setOutcome(each)
                setDemanded([])
                setProblems({})
              }}
            >
              <Icon of={outcomeIcons[each.kind]} />
              <span className="sp">{each.name}</span>
              <span className="vh">{t(`outcome.${each.kind}`)}</span>
            </button>
          ))}
        </div>
      )}
      {isGone && (
        <p className="ferr" role="alert">
          {t('outcomeGone', { name: outcome.name })}
        </p>
      )}
      <FieldsForm
        key={outcome?.id ?? ''}
        questions={questions}
        draft={draft}
        problems={problems}
        onChange={(field, text) => {
          setDraft((now) => ({ ...now, [field]: text }))
          setProblems((now) => ({ ...now, [field]: undefined }))
        }}
      />
    </Sheet>
  )
}
