// The sheets that quick actions open; one at a time.
import { ActivityDialog } from '@/features/activities/activity-dialog'
import { OutcomeSheet } from '@/features/activities/outcome-sheet'
import { ReminderDialog } from '@/features/reminders/reminder-dialog'
import type { Customer } from '@/wire/records'
import type { Activity, Reminder } from '@/wire/work'
import { useCustomer } from './live'
import { MergeDialog } from './merge'

export type Asking =
  | { what: 'activity'; activity?: Activity }
  | { what: 'outcome'; activity: Activity }
  | { what: 'reminder'; reminder?: Reminder }
  | { what: 'merge'; other?: Customer }

export function QuickSheets({
  asking,
  onClose,
}: {
  asking: Asking | undefined
  onClose: () => void
}) {
  const { customer } = useCustomer()
  switch (asking?.what) {
    case 'activity':
      return <ActivityDialog customer={customer.id} activity={asking.activity} onClose={onClose} />
    case 'outcome':
      return <OutcomeSheet activity={asking.activity} onClose={onClose} />
    case 'reminder':
      return <ReminderDialog customer={customer.id} reminder={asking.reminder} onClose={onClose} />
    case 'merge':
      return <MergeDialog initial={asking.other} onClose={onClose} />
    default:
      return null
  }
}
