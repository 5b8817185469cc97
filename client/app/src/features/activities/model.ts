// Activities on `customer:<id>`, their types on `tenant`.
import { extendModel, type ModelPart, type PendingCommand } from '@/live/model'
import type { Writer } from '@/live/tables'
import type { Activity, ActivityType, OutcomeFields } from '@/wire/work'

const onCustomer: ModelPart = {
  snapshot(to, d: { activities?: Activity[] }) {
    for (const activity of d.activities ?? []) to.put('activities', activity.id, activity)
  },
  event(to, { op, d }) {
    if (!op.startsWith('activity.')) return
    const { activity } = d as { activity?: Activity }
    if (activity) to.put('activities', activity.id, activity)
  },
  predict(to, command) {
    if (command.op === 'activity.open') return opened(to, command)
    const id = command.d.activity
    const now = typeof id === 'string' ? to.get<Activity>('activities', id) : undefined
    if (now) to.put('activities', now.id, changed(now, command))
  },
}

const instant = (at: number) => new Date(at).toISOString()

function opened(to: Writer, { id, topic, d, at }: PendingCommand): void {
  const activity: Activity = {
    id,
    customer_id: topic.slice('customer:'.length),
    card_id: (d.card as string | undefined) ?? null,
    type_id: String(d.type),
    title: (d.title as string | undefined) ?? '',
    body: (d.body as string | undefined) ?? null,
    assignee: (d.assignee as string | undefined) ?? null,
    due_at: (d.due_at as string | undefined) ?? null,
    state: 'open',
    outcome_id: null,
    outcome: null,
    opened_by: null,
    opened_at: instant(at),
    closed_by: null,
    closed_at: null,
    version: 0,
  }
  to.put('activities', id, activity)
}

function changed(now: Activity, { op, d, at }: PendingCommand): Activity {
  switch (op) {
    case 'activity.update': {
      const {
        title = now.title,
        body = now.body,
        assignee = now.assignee,
        due_at = now.due_at,
      } = d as Partial<Activity>
      return { ...now, title, body, assignee, due_at }
    }
    case 'activity.close':
      return {
        ...now,
        state: 'done',
        outcome_id: String(d.outcome),
        outcome: (d.fields as OutcomeFields | undefined) ?? null,
        closed_at: instant(at),
      }
    case 'activity.cancel':
      return { ...now, state: 'cancelled', closed_at: instant(at) }
    case 'activity.reopen':
      return { ...now, state: 'open', outcome_id: null, outcome: null, closed_at: null }
    default:
      return now
  }
}

const onTenant: ModelPart = {
  snapshot(to, d: { activity_types?: ActivityType[] }) {
    for (const type of d.activity_types ?? []) to.put('activity_types', type.id, type)
  },
  event(to, { op, d }) {
    if (op !== 'activity_type.saved') return
    const type = (d as { activity_type: ActivityType }).activity_type
    to.put('activity_types', type.id, type)
  },
}

extendModel('customer', onCustomer)
extendModel('tenant', onTenant)
