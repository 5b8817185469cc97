// What a webhook can hear, grouped as people think of it.
export const opGroups = [
  {
    id: 'customer',
    ops: [
      'lead.received',
      'customer.created',
      'customer.updated',
      'customer.tagged',
      'customer.assigned',
      'customer.merged',
      'customer.archived',
      'customer.restored',
      'note.added',
    ],
  },
  {
    id: 'card',
    ops: [
      'card.created',
      'card.updated',
      'card.moved',
      'card.assigned',
      'card.archived',
      'card.restored',
    ],
  },
  {
    id: 'activity',
    ops: ['activity.opened', 'activity.closed', 'activity.cancelled', 'activity.reopened'],
  },
  {
    id: 'appointment',
    ops: [
      'appointment.booked',
      'appointment.moved',
      'appointment.confirmed',
      'appointment.arrived',
      'appointment.finished',
      'appointment.no_show',
      'appointment.cancelled',
    ],
  },
  { id: 'reminder', ops: ['reminder.added', 'reminder.fired', 'reminder.done'] },
  { id: 'rule', ops: ['rule.ran', 'rule.failed'] },
] as const

export type OpGroup = (typeof opGroups)[number]['id']
export type HookOp = (typeof opGroups)[number]['ops'][number]
export const hookOps: readonly HookOp[] = opGroups.flatMap((group) => [...group.ops])
export const asHookOp = (op: string): HookOp | undefined => hookOps.find((each) => each === op)

/** The server's own order, each once. */
export const inOrder = (ops: Iterable<string>): string[] => {
  const chosen = new Set(ops)
  return hookOps.filter((op) => chosen.has(op))
}
