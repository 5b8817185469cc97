// Open an activity or change one: kind, subject, who, when.
import './activities.css'
import { useState } from 'react'
import { usePeople } from '@/features/customers/people'
import { QuickTimes } from '@/features/reminders/quick-times'
import { useCommonTexts } from '@/i18n/common'
import { fromWall, toWall } from '@/i18n/local-time'
import { CommandError } from '@/live/engine'
import { errorText } from '@/session/errors'
import { useSignedIn } from '@/session/session'
import { Avatar } from '@/ui/avatar'
import { FormButtons, Sheet } from '@/ui/dialog'
import { SelectField, TextField } from '@/ui/field'
import { Icon } from '@/ui/icon'
import { toast } from '@/ui/toasts'
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
  const [isPending, setPending] = useState(false)
  // Put away by a colleague while this is open: seen live, or said by the refusal that comes first.
  const [refused, setRefused] = useState<string>()
  const isGone =
    !activity && type !== null && (refused === type || types.live.every(({ id }) => id !== type))

  const save = async () => {
    if (!type || dueIsWrong || isGone || isPending) return
    const name = [types.of(type)?.name, title.trim()].filter(Boolean).join(' · ')
    const draft = {
      type,
      title: title.trim(),
      body: body.trim(),
      assignee: assignee === NOBODY ? null : assignee,
      due_at: at?.toISOString() ?? null,
    }
    if (activity) updateActivity(activity, draft, name)
    else {
      setPending(true)
      try {
        await openActivity(customer, draft, name)
      } catch (error) {
        setPending(false)
        if (!(error instanceof CommandError)) return
        if (error.fields?.some(({ field }) => field === 'type')) return setRefused(type)
        const { code, message } = error.fields?.[0] ?? error
        return toast(errorText(error.reason ?? code, message))
      }
    }
    onClose()
  }
  return (
    <Sheet
      isOpen
      onClose={onClose}
      title={t(activity ? 'editActivity' : 'newActivity')}
      onSubmit={() => void save()}
      keepOpen={Boolean(title || body) && !activity}
      footer={
        <FormButtons
          onCancel={onClose}
          action={activity ? c('save') : t('open')}
          isDisabled={!type || dueIsWrong || isGone}
          isPending={isPending}
        />
      }
    >
      <SelectField
        label={t('type')}
        value={type}
        onChange={setType}
        isDisabled={activity !== undefined}
        error={isGone ? t('typeGone', { name: types.of(type)?.name ?? '' }) : undefined}
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
