// What comes next for this customer, on top of the story.
import { Bell, CalendarDays, Check } from 'lucide-react'
import { activityName } from '@/features/activities/commands'
import { useActivityTexts } from '@/features/activities/texts'
import { iconOf, useActivityTypes } from '@/features/activities/types'
import { nextStep } from '@/features/boards/next-step'
import { doneReminder, reminderName } from '@/features/reminders/commands'
import { useReminderTexts } from '@/features/reminders/texts'
import { useMinute } from '@/live/hooks'
import { Button } from '@/ui/button'
import { Icon } from '@/ui/icon'
import type { Activity, CustomerAppointment, Reminder } from '@/wire/work'
import { isAhead } from './appointments'
import { useCustomer } from './live'
import type { Asking } from './quick'
import { useCustomerTexts } from './texts'
import type { CustomerWork } from './work'

export type Next =
  | { what: 'activity'; at: string; of: Activity }
  | { what: 'reminder'; at: string; of: Reminder }
  | { what: 'appointment'; at: string; of: CustomerAppointment }

/** The one thing that is due first; what is late comes before what is ahead. */
export function nextOf(work: CustomerWork, now = Date.now()): Next | undefined {
  const all: Next[] = [
    ...work.open.flatMap((of) =>
      of.due_at ? [{ what: 'activity' as const, at: of.due_at, of }] : [],
    ),
    ...work.reminders.map((of) => ({ what: 'reminder' as const, at: of.due_at, of })),
    ...work.appointments
      .filter((of) => isAhead(of, now))
      .map((of) => ({ what: 'appointment' as const, at: of.starts_at, of })),
  ]
  return all.sort((a, b) => a.at.localeCompare(b.at))[0]
}

export function NextBanner({ work, ask }: { work: CustomerWork; ask: (next: Asking) => void }) {
  const t = useCustomerTexts()
  const a = useActivityTexts()
  const r = useReminderTexts()
  const types = useActivityTypes()
  const { people, canEdit } = useCustomer()
  useMinute()
  const next = nextOf(work)
  if (!next) return null
  const step = nextStep(next.at)
  const type = next.what === 'activity' ? types.of(next.of.type_id) : undefined
  const name =
    next.what === 'activity'
      ? activityName(next.of, type)
      : next.what === 'reminder'
        ? reminderName(next.of)
        : next.of.title || t('appointment')
  const who =
    next.what === 'appointment'
      ? next.of.people.map((id) => people.of(id).name).join(', ')
      : next.of.assignee
        ? people.of(next.of.assignee).name
        : ''
  return (
    <div className="next" data-tone={step.tone}>
      <span className="nxi">
        <Icon
          of={
            next.what === 'activity'
              ? iconOf(type?.icon)
              : next.what === 'reminder'
                ? Bell
                : CalendarDays
          }
          size="l"
        />
      </span>
      <div className="sp">
        <b>
          {step.text} · {name}
        </b>
        {who && <p className="t2 sm">{who}</p>}
      </div>
      {canEdit && next.what === 'activity' && (
        <Button small onPress={() => ask({ what: 'outcome', activity: next.of })}>
          {a('result')}
        </Button>
      )}
      {canEdit && next.what === 'reminder' && (
        <Button small icon={Check} onPress={() => doneReminder(next.of)}>
          {r('done')}
        </Button>
      )}
    </div>
  )
}
