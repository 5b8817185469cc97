// What can be done with a reminder. Each shows itself on the customer and on my own list.
import { nextStep } from '@/features/boards/next-step'
import type { CommandInit } from '@/live/engine'
import { perform } from '@/live/live'
import { offerUndo } from '@/live/undo'
import type { Reminder, ReminderKind, Repeat } from '@/wire/work'
import { reminderTexts as t } from './texts'

export interface ReminderDraft {
  text: string
  kind: ReminderKind
  due_at: string
  assignee: string
  repeat: Repeat | null
}

/** A reminder without a customer is a person's own and lives on `me`. */
function on(customer: string | null): Pick<CommandInit, 'topic' | 'alsoOn'> {
  return customer ? { topic: `customer:${customer}`, alsoOn: ['me'] } : { topic: 'me' }
}

const command = (of: Reminder, op: string, label: string, d: object = {}): CommandInit => ({
  ...on(of.customer_id),
  op: `reminder.${op}`,
  d: { reminder: of.id, ...d },
  label,
})

/** What a reminder is called: its text, else its kind. */
export const reminderName = (of: Pick<Reminder, 'text' | 'kind'>): string =>
  of.text || t(`kind.${of.kind}`)

export function addReminder(customer: string | null, draft: ReminderDraft): void {
  const label = t('added', { text: reminderName(draft) })
  const { repeat, ...rest } = draft
  const d = { ...rest, ...(repeat ? { repeat } : {}) }
  void perform({ ...on(customer), op: 'reminder.add', d, label }).then((answer) => {
    const id = (answer?.d as { reminder_id?: string } | undefined)?.reminder_id
    if (!id) return
    const back = { ...on(customer), op: 'reminder.cancel', d: { reminder: id }, label }
    offerUndo({ text: label, inverse: () => [back] })
  })
}

/** Shown at once; what is refused is no longer offered to be taken back. */
function tell(given: CommandInit, back: CommandInit): void {
  offerUndo({ text: given.label ?? '', inverse: () => [back] }, { given: perform(given) })
}

export function updateReminder(of: Reminder, draft: ReminderDraft): void {
  const label = t('changed', { text: reminderName(draft) })
  const { text, kind, due_at, assignee, repeat } = of
  const before = { text, kind, due_at, assignee, repeat }
  tell(command(of, 'update', label, draft), command(of, 'update', label, before))
}

export function snoozeReminder(of: Reminder, until: Date): void {
  const label = t('snoozed', { when: nextStep(until.toISOString()).text })
  tell(
    command(of, 'snooze', label, { until: until.toISOString() }),
    command(of, 'update', label, { due_at: of.due_at }),
  )
}

export function doneReminder(of: Reminder): void {
  const label = t('doneSaid', { text: reminderName(of) })
  tell(command(of, 'done', label), command(of, 'reopen', t('reopen')))
}

export function cancelReminder(of: Reminder): void {
  const label = t('cancelled', { text: reminderName(of) })
  tell(command(of, 'cancel', label), command(of, 'reopen', t('reopen')))
}

export function reopenReminder(of: Reminder): void {
  void perform(command(of, 'reopen', t('reopen')))
}
