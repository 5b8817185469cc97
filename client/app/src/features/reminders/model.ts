// Reminders on `customer:<id>` and, those that are mine, on `me`.
import { extendModel, type ModelPart, type PendingCommand } from '@/live/model'
import type { Writer } from '@/live/tables'
import type { User } from '@/wire/records'
import type { Reminder, ReminderKind, Repeat } from '@/wire/work'

function add(to: Writer, { id, topic, d, at }: PendingCommand): void {
  // Another person's list says it when the server does.
  const me = to.get<{ user?: User }>('me', 'self')?.user?.id
  const assignee = (d.assignee as string | undefined) ?? me ?? ''
  if (me && assignee !== me) return
  const customer = topic.startsWith('customer:') ? topic.slice('customer:'.length) : null
  const reminder: Reminder = {
    id,
    customer_id: customer,
    customer_name: null,
    card_id: (d.card as string | undefined) ?? null,
    appointment_id: (d.appointment as string | undefined) ?? null,
    activity_id: (d.activity as string | undefined) ?? null,
    assignee,
    kind: (d.kind as ReminderKind | undefined) ?? 'other',
    text: String(d.text ?? ''),
    due_at: String(d.due_at),
    repeat: (d.repeat as Repeat | undefined) ?? null,
    state: 'open',
    fired_at: null,
    snoozed: 0,
    version: 0,
    created_by: null,
    created_at: new Date(at).toISOString(),
    done_at: null,
    done_by: null,
  }
  to.put('reminders', id, reminder)
}

function changed(now: Reminder, { op, d, at }: PendingCommand): Reminder {
  switch (op) {
    case 'reminder.update': {
      const {
        assignee = now.assignee,
        kind = now.kind,
        text = now.text,
        due_at = now.due_at,
        repeat = now.repeat,
      } = d as Partial<Reminder>
      return { ...now, assignee, kind, text, due_at, repeat }
    }
    case 'reminder.snooze':
      return { ...now, due_at: String(d.until), fired_at: null, snoozed: now.snoozed + 1 }
    case 'reminder.done':
      return { ...now, state: 'done', done_at: new Date(at).toISOString() }
    case 'reminder.cancel':
      return { ...now, state: 'cancelled' }
    case 'reminder.reopen':
      return { ...now, state: 'open', done_at: null, done_by: null }
    default:
      return now
  }
}

export const reminderPart: ModelPart = {
  snapshot(to, d: { reminders?: Reminder[] }) {
    for (const reminder of d.reminders ?? []) to.put('reminders', reminder.id, reminder)
  },
  event(to, { op, d }) {
    if (!op.startsWith('reminder.')) return
    const { reminder } = d as { reminder?: Reminder }
    if (reminder) to.put('reminders', reminder.id, reminder)
  },
  predict(to, command) {
    if (command.op === 'reminder.add') return add(to, command)
    const id = command.op.startsWith('reminder.') ? command.d.reminder : undefined
    const now = typeof id === 'string' ? to.get<Reminder>('reminders', id) : undefined
    if (now) to.put('reminders', now.id, changed(now, command))
  },
}

extendModel('customer', reminderPart)
extendModel('me', reminderPart)
