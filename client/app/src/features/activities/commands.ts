// What can be done with an activity; each is one command that can be taken back.
import { workChanged } from '@/features/reminders/mine'
import type { CommandInit } from '@/live/engine'
import { engine, perform, performLater, performOrThrow } from '@/live/live'
import { offerUndo } from '@/live/undo'
import type { Activity, ActivityType, Outcome, OutcomeFields } from '@/wire/work'
import { activityTexts as t } from './texts'

/** My list of work is read again. */
const changed = (): void => workChanged.set(workChanged.get() + 1)

const topicOf = (customer: string) => `customer:${customer}`

export const activityName = (activity: Activity, type: ActivityType | undefined): string =>
  [type?.name, activity.title === type?.name ? '' : activity.title].filter(Boolean).join(' · ')

export interface ActivityDraft {
  type: string
  title: string
  body: string
  assignee: string | null
  due_at: string | null
}

/** Throws why not, so that the form can say it; without a connection nobody waits. */
export function openActivity(
  customer: string,
  draft: ActivityDraft,
  name: string,
): Promise<unknown> {
  const label = t('opened', { name })
  const d = {
    type: draft.type,
    ...(draft.title ? { title: draft.title } : {}),
    ...(draft.body ? { body: draft.body } : {}),
    // Absent would be whoever opens it.
    assignee: draft.assignee,
    ...(draft.due_at ? { due_at: draft.due_at } : {}),
  }
  const topic = topicOf(customer)
  const command = { topic, op: 'activity.open', d, label }
  const answers = isConnected()
  // Only the answer knows the id that cancelling needs.
  const opened = (answers ? performOrThrow(command) : perform(command)).then((answer) => {
    changed()
    const id = (answer?.d as { activity_id?: string } | undefined)?.activity_id
    if (!id) return
    offerUndo({
      text: label,
      inverse: () => [{ topic, op: 'activity.cancel', d: { activity: id }, label }],
    })
  })
  return answers ? opened : Promise.resolve()
}

export function updateActivity(activity: Activity, draft: ActivityDraft, name: string): void {
  const label = t('saved', { name })
  const change = (next: Omit<ActivityDraft, 'type'>): CommandInit => ({
    topic: topicOf(activity.customer_id),
    op: 'activity.update',
    d: {
      activity: activity.id,
      ...(next.title ? { title: next.title } : {}),
      body: next.body || null,
      assignee: next.assignee,
      due_at: next.due_at,
    },
    label,
  })
  const { title, body, assignee, due_at } = activity
  const given = perform(change(draft))
  void given.then(changed)
  offerUndo(
    { text: label, inverse: () => [change({ title, body: body ?? '', assignee, due_at })] },
    { given },
  )
}

const closing = (activity: Activity, outcome: Outcome, fields: OutcomeFields): CommandInit => ({
  topic: topicOf(activity.customer_id),
  op: 'activity.close',
  d: {
    activity: activity.id,
    outcome: outcome.id,
    ...(Object.keys(fields).length > 0 ? { fields } : {}),
  },
  label: t('closed', { outcome: outcome.name }),
})

/** Without a connection nobody waits; what the stage lacks then is asked for later. */
export function closeLater(activity: Activity, outcome: Outcome, fields: OutcomeFields): void {
  performLater(closing(activity, outcome, fields))
}

/** Closing is refused when something that was asked is missing; the sheet stays open then. */
export async function closeActivity(
  activity: Activity,
  outcome: Outcome,
  fields: OutcomeFields,
): Promise<void> {
  const command = closing(activity, outcome, fields)
  const answer = performOrThrow(command)
  const withdraw = offerUndo({
    text: command.label ?? '',
    inverse: () => [reopening(activity)],
  })
  await answer.then(changed, (error: unknown) => {
    withdraw()
    throw error
  })
}

const reopening = (activity: Activity): CommandInit => ({
  topic: topicOf(activity.customer_id),
  op: 'activity.reopen',
  d: { activity: activity.id },
  label: t('reopen'),
})

export function reopenActivity(activity: Activity): void {
  void perform(reopening(activity)).then(changed)
}

export function cancelActivity(activity: Activity, name: string): void {
  const label = t('cancelled', { name })
  const given = perform({
    topic: topicOf(activity.customer_id),
    op: 'activity.cancel',
    d: { activity: activity.id },
    label,
  })
  void given.then(changed)
  offerUndo({ text: label, inverse: () => [reopening(activity)] }, { given })
}

/** Is there a connection that could answer now? */
export const isConnected = (): boolean => engine.get()?.connection.up ?? false
