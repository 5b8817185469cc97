// Add a reminder or change one: what, when, for whom, how often.
import { useState } from 'react'
import { usePeople } from '@/features/customers/people'
import { useCommonTexts } from '@/i18n/common'
import { fromWall, toWall } from '@/i18n/local-time'
import { useSignedIn } from '@/session/session'
import { Avatar } from '@/ui/avatar'
import { FormButtons, Sheet } from '@/ui/dialog'
import { SelectField, TextField } from '@/ui/field'
import type { Reminder, ReminderKind, Repeat } from '@/wire/work'
import { addReminder, type ReminderDraft, updateReminder } from './commands'
import { QuickTimes } from './quick-times'
import { useReminderTexts } from './texts'
import { quickTimes } from './times'

const kinds: readonly ReminderKind[] = [
  'call',
  'follow_up',
  'documents',
  'confirm_appointment',
  'other',
]
const repeats = ['none', 'day', 'week', 'month'] as const

function useRepeat(repeat: Repeat | null | undefined) {
  const [every, setEvery] = useState<(typeof repeats)[number]>(repeat?.every ?? 'none')
  const [n, setN] = useState(String(repeat?.n ?? 1))
  const [until, setUntil] = useState(repeat?.until ?? '')
  const count = Number(n)
  const isWrong = every !== 'none' && !(Number.isInteger(count) && count >= 1 && count <= 99)
  const value: Repeat | null =
    every === 'none' ? null : { every, n: count, ...(until ? { until } : {}) }
  return { every, setEvery, n, setN, until, setUntil, isWrong, value }
}

export function ReminderDialog({
  customer,
  reminder,
  onClose,
}: {
  /** Null is a person's own reminder. */
  customer: string | null
  reminder?: Reminder | undefined
  onClose: () => void
}) {
  const t = useReminderTexts()
  const c = useCommonTexts()
  const { user } = useSignedIn()
  const people = usePeople()
  const [text, setText] = useState(reminder?.text ?? '')
  const [kind, setKind] = useState<ReminderKind>(reminder?.kind ?? 'call')
  const [assignee, setAssignee] = useState<string>(reminder?.assignee ?? user.id)
  const [due, setDue] = useState(() => {
    const at = reminder
      ? new Date(reminder.due_at)
      : quickTimes(new Date()).find((each) => each.id === 'tomorrow')?.at
    return at ? toWall(at) : ''
  })
  const repeat = useRepeat(reminder?.repeat)
  const at = fromWall(due)
  const isPast =
    at !== undefined && at.getTime() < Date.now() - 60_000 && due !== initialWall(reminder)

  const save = () => {
    if (!at || isPast || repeat.isWrong) return
    const draft: ReminderDraft = {
      text: text.trim() || t(`kind.${kind}`),
      kind,
      due_at: at.toISOString(),
      assignee,
      repeat: repeat.value,
    }
    if (reminder) updateReminder(reminder, draft)
    else addReminder(customer, draft)
    onClose()
  }
  return (
    <Sheet
      isOpen
      onClose={onClose}
      title={t(reminder ? 'editReminder' : 'newReminder')}
      onSubmit={save}
      keepOpen={Boolean(text) && !reminder}
      footer={
        <FormButtons
          onCancel={onClose}
          action={reminder ? c('save') : t('remind')}
          isDisabled={!at || isPast || repeat.isWrong}
        />
      }
    >
      <SelectField
        label={t('kind')}
        value={kind}
        onChange={setKind}
        options={kinds.map((id) => ({ id, label: t(`kind.${id}`) }))}
      />
      <TextField
        label={t('text')}
        placeholder={t('textHolder')}
        value={text}
        onChange={setText}
        autoFocus
        maxLength={500}
      />
      <TextField
        label={t('due')}
        type="datetime-local"
        value={due}
        onChange={setDue}
        error={!at ? t('badDue') : isPast ? t('past') : undefined}
      />
      <QuickTimes value={at} onPick={(next) => setDue(toWall(next))} />
      {customer && (
        <SelectField
          label={t('assignee')}
          value={assignee}
          onChange={setAssignee}
          options={people.active.map((each) => ({
            id: each.id as string,
            label: each.name,
            mark: <Avatar person={each} />,
          }))}
        />
      )}
      <SelectField
        label={t('repeat')}
        value={repeat.every}
        onChange={repeat.setEvery}
        options={repeats.map((id) => ({ id, label: t(`repeat.${id}`) }))}
      />
      {repeat.every !== 'none' && (
        <>
          <TextField
            label={t('every')}
            value={repeat.n}
            onChange={repeat.setN}
            inputMode="numeric"
            error={repeat.isWrong ? t('badEvery') : undefined}
          />
          <TextField
            label={t('until')}
            type="date"
            value={repeat.until}
            onChange={repeat.setUntil}
          />
        </>
      )}
    </Sheet>
  )
}

/** An overdue reminder may be saved with the time it has. */
const initialWall = (reminder: Reminder | undefined): string =>
  reminder ? toWall(new Date(reminder.due_at)) : ''
