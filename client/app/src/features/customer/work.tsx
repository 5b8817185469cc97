// What has to be done for this customer: activities, reminders, appointments.
import '@/features/activities/activities.css'
import { Plus } from 'lucide-react'
import { ActivityRow } from '@/features/activities/activity-row'
import { useActivityTexts } from '@/features/activities/texts'
import { ReminderRow } from '@/features/reminders/reminder-row'
import { useReminderTexts } from '@/features/reminders/texts'
import { useRows } from '@/live/hooks'
import type { Subscription } from '@/live/subscription'
import { Button } from '@/ui/button'
import type { Activity, CustomerAppointment, Reminder } from '@/wire/work'
import { Appointments } from './appointments'
import { useCustomer } from './live'
import type { Asking } from './quick'

export interface CustomerWork {
  open: readonly Activity[]
  closed: readonly Activity[]
  reminders: readonly Reminder[]
  /** Done or cancelled while somebody was looking. */
  past: readonly Reminder[]
  appointments: readonly CustomerAppointment[]
}

/** What is due first comes first; without a time it comes last. */
export const byDue = (a: { due_at: string | null }, b: { due_at: string | null }): number =>
  (a.due_at ?? '9').localeCompare(b.due_at ?? '9')

const CLOSED_SHOWN = 20

export function useCustomerWork(subscription: Subscription): CustomerWork {
  const activities = useRows<Activity>(subscription, 'activities')
  const reminders = useRows<Reminder>(subscription, 'reminders')
  const appointments = useRows<CustomerAppointment>(subscription, 'appointments')
  return {
    open: activities.filter((each) => each.state === 'open').sort(byDue),
    closed: activities
      .filter((each) => each.state !== 'open')
      .sort((a, b) => (b.closed_at ?? '').localeCompare(a.closed_at ?? ''))
      .slice(0, CLOSED_SHOWN),
    reminders: reminders.filter((each) => each.state === 'open').sort(byDue),
    past: reminders.filter((each) => each.state !== 'open').sort(byDue),
    appointments,
  }
}

export const waiting = ({ open, reminders }: CustomerWork): number => open.length + reminders.length

export function WorkPane({ work, ask }: { work: CustomerWork; ask: (next: Asking) => void }) {
  const t = useActivityTexts()
  const r = useReminderTexts()
  const { me, canEdit } = useCustomer()
  return (
    <>
      <section className="work-group" aria-label={t('openList')}>
        <header>
          <h3>{t('openList')}</h3>
          <span className="sp" />
          {canEdit && (
            <Button small icon={Plus} tone="quiet" onPress={() => ask({ what: 'activity' })}>
              {t('newActivity')}
            </Button>
          )}
        </header>
        {work.open.length === 0 && (
          <p className="t3">
            {t('none')}. {canEdit && t('noneBody')}
          </p>
        )}
        {work.open.map((activity) => (
          <ActivityRow
            key={activity.id}
            activity={activity}
            canEdit={canEdit}
            onClose={() => ask({ what: 'outcome', activity })}
            onEdit={() => ask({ what: 'activity', activity })}
          />
        ))}
      </section>
      <section className="work-group" aria-label={r('reminders')}>
        <header>
          <h3>{r('reminders')}</h3>
          <span className="sp" />
          {canEdit && (
            <Button small icon={Plus} tone="quiet" onPress={() => ask({ what: 'reminder' })}>
              {r('remind')}
            </Button>
          )}
        </header>
        {work.reminders.length === 0 && (
          <p className="t3">
            {r('none')}. {canEdit && r('noneBody')}
          </p>
        )}
        {[...work.reminders, ...work.past].map((reminder) => (
          <ReminderRow
            key={reminder.id}
            reminder={reminder}
            canEdit={canEdit}
            me={me}
            onEdit={() => ask({ what: 'reminder', reminder })}
          />
        ))}
      </section>
      <Appointments all={work.appointments} />
      {work.closed.length > 0 && (
        <section className="work-group" aria-label={t('closedList')}>
          <header>
            <h3>{t('closedList')}</h3>
          </header>
          {work.closed.map((activity) => (
            <ActivityRow
              key={activity.id}
              activity={activity}
              canEdit={canEdit}
              onClose={() => ask({ what: 'outcome', activity })}
              onEdit={() => ask({ what: 'activity', activity })}
            />
          ))}
        </section>
      )}
    </>
  )
}
