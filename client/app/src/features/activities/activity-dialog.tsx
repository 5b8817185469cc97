// Open an activity or change one: kind, subject, who, when.
import './activities.css'
import { useState } from 'react'
import { usePeople } from '@/features/customers/people'
import { QuickTimes } from '@/features/reminders/quick-times'
import { useCommonTexts } from '@/i18n/common'
import { fromWall, toWall } from '@/i18n/local-time'
import { useSignedIn } from '@/session/session'
import { Avatar } from '@/ui/avatar'
import { FormButtons, Sheet } from '@/ui/dialog'
import { SelectField, TextField } from '@/ui/field'
import { Icon } from '@/ui/icon'
import type { Activity } from '@/wire/work'
import { openActivity, updateActivity } from './commands'
import { useActivityTexts } from './texts'
import { iconOf, useActivityTypes } from './types'

const NOBODY = 'nobody'

export function ActivityDialog({
  customer,
  activity,
  onClose,
}: {
  customer: string
  /** Undefined opens a new one. */
  activity?: Activity | undefined
  onClose: () => void
}) {
  const t = useActivityTexts()
  const c = useCommonTexts()
  const { user } = useSignedIn()
  const people = usePeople()
  const types = useActivityTypes()
  const [type, setType] = useState(activity?.type_id ?? types.live[0]?.id ?? null)
  const [title, setTitle] = useState(activity?.title ?? '')
  const [body, setBody] = useState(activity?.body ?? '')
  const [assignee, setAssignee] = useState<string>(
    activity ? (activity.assignee ?? NOBODY) : user.id,
  )
  const [due, setDue] = useState(activity?.due_at ? toWall(new Date(activity.due_at)) : '')
  const at = due ? fromWall(due) : undefined
  const dueIsWrong = due !== '' && !at

  const save = () => {
    if (!type || dueIsWrong) return
    const name = [types.of(type)?.name, title.trim()].filter(Boolean).join(' · ')
    const draft = {
      type,
      title: title.trim(),
      body: body.trim(),
      assignee: assignee === NOBODY ? null : assignee,
      due_at: at?.toISOString() ?? null,
    }
    if (activity) updateActivity(activity, draft, name)
    else openActivity(customer, draft, name)
    onClose()
  }
  return (
    <Sheet
      isOpen
      onClose={onClose}
      title={t(activity ? 'editActivity' : 'newActivity')}
      onSubmit={save}
      keepOpen={Boolean(title || body) && !activity}
      footer={
        <FormButtons
          onCancel={onClose}
          action={activity ? c('save') : t('open')}
          isDisabled={!type || dueIsWrong}
        />
      }
    >
      <SelectField
        label={t('type')}
        value={type}
        onChange={setType}
        isDisabled={activity !== undefined}
        options={types.live.map((each) => ({
          id: each.id,
          label: each.name,
          mark: <Icon of={iconOf(each.icon)} />,
        }))}
      />
      <TextField
        label={t('title')}
        placeholder={t('titleHolder')}
        value={title}
        onChange={setTitle}
        autoFocus
        maxLength={200}
      />
      <TextField
        label={t('due')}
        type="datetime-local"
        value={due}
        onChange={setDue}
        error={dueIsWrong ? t('badDate') : undefined}
      />
      <QuickTimes value={at} onPick={(next) => setDue(toWall(next))} />
      <SelectField
        label={t('assignee')}
        value={assignee}
        onChange={setAssignee}
        options={[
          ...people.active.map((each) => ({
            id: each.id as string,
            label: each.name,
            mark: <Avatar person={each} />,
          })),
          { id: NOBODY, label: t('nobody') },
        ]}
      />
      <TextField label={t('body')} value={body} onChange={setBody} rows={3} maxLength={4000} />
    </Sheet>
  )
}
