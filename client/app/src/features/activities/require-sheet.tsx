// What a stage wants to know before it takes a card, and what a command lacked that was given
// without a connection; the same questions as an outcome's.
import './activities.css'
import { useState } from 'react'
import { useCommonTexts } from '@/i18n/common'
import { useSignedIn } from '@/session/session'
import { FormButtons, Sheet } from '@/ui/dialog'
import { type Answers, type Draft, isComplete, type Question, readDraft } from './asks'
import { FieldsForm, type Problems } from './fields-form'
import { useActivityTexts } from './texts'

export function RequireSheet({
  stage = '',
  lacking,
  questions,
  count,
  onAnswer,
  onClose,
}: {
  stage?: string
  /** The command that lacked something, where it is not a move that is about to be made. */
  lacking?: string
  questions: readonly Question[]
  /** How many cards the answers are for. */
  count: number
  onAnswer: (answers: Answers) => void
  onClose: () => void
}) {
  const t = useActivityTexts()
  const c = useCommonTexts()
  const { tenant } = useSignedIn()
  const [draft, setDraft] = useState<Draft>({})
  const [problems, setProblems] = useState<Problems>({})
  const submit = () => {
    const read = readDraft(questions, draft, tenant.currency)
    setProblems(read.problems)
    if (!isComplete(read)) return
    onAnswer(read.fields)
    onClose()
  }
  return (
    <Sheet
      isOpen
      onClose={onClose}
      title={lacking ?? t('requireTitle', { stage })}
      onSubmit={submit}
      keepOpen={Object.values(draft).some(Boolean)}
      footer={
        <FormButtons
          onCancel={onClose}
          action={lacking === undefined ? t('moveAction') : c('retry')}
        />
      }
    >
      <p className="t2">
        {t(lacking === undefined ? 'requireLead' : 'lackingLead')}{' '}
        {count > 1 && t('requireMany', { count })}
      </p>
      <FieldsForm
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
