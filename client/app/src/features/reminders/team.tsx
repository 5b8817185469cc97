// The manager's report: who is late, since when, and with what.
import './today.css'
import '@/features/activities/activities.css'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { usePeople } from '@/features/customers/people'
import { ago } from '@/i18n/ago'
import { dateTime, number } from '@/i18n/format'
import { useTeams } from '@/live/hooks'
import { api } from '@/session/api'
import { hasFailed } from '@/session/reads'
import { useSignedIn } from '@/session/session'
import { Screen } from '@/shell/screen'
import { Avatar } from '@/ui/avatar'
import { Button } from '@/ui/button'
import { SelectField } from '@/ui/field'
import { usePhone } from '@/ui/media'
import { EmptyState, ErrorState, Skeleton } from '@/ui/states'
import type { Page } from '@/wire/records'
import type { OverdueRow, Reminder } from '@/wire/work'
import { ReminderRow } from './reminder-row'
import { useReminderTexts } from './texts'
import { CustomerLink } from './today'
import { WorkTabs } from './work-tabs'

const ALL = 'all'
/** Whoever looks sees a colleague catch up within moments. */
const EVERY_MS = 15_000

const useReport = (team: string) =>
  useQuery({
    queryKey: ['overdue', team],
    queryFn: () => api.get<Page<OverdueRow>>('/reports/overdue', team === ALL ? {} : { team }),
    refetchInterval: EVERY_MS,
  })

/** The reminders that somebody is late with. */
const useLate = (user: string) =>
  useQuery({
    queryKey: ['overdue', 'of', user],
    queryFn: () =>
      api.get<Page<Reminder>>('/reminders', { assignee: user, due: 'overdue', limit: 200 }),
    refetchInterval: EVERY_MS,
  })

/** What stands behind somebody's number, the oldest first. */
function Behind({ user, total }: { user: string; total: number }) {
  const t = useReminderTexts()
  const people = usePeople()
  const me = useSignedIn().user.id
  const read = useLate(user)
  const name = people.of(user).name
  if (hasFailed(read)) return <ErrorState error={read.error} onRetry={() => void read.refetch()} />
  if (!read.data) return <Skeleton height={44} />
  return (
    <section className="work-group" aria-label={t('listOf', { name })}>
      <header>
        <h2>{t('listOf', { name })}</h2>
        <span className="t3">{number(Math.max(total, read.data.items.length))}</span>
      </header>
      {read.data.items.map((reminder) => (
        <ReminderRow
          key={reminder.id}
          reminder={reminder}
          canEdit={false}
          me={me}
          where={<CustomerLink id={reminder.customer_id} name={reminder.customer_name} />}
          onEdit={() => undefined}
        />
      ))}
      {total > read.data.items.length && (
        <p className="t3">{t('more', { count: total - read.data.items.length })}</p>
      )}
    </section>
  )
}

export function TeamScreen() {
  const t = useReminderTexts()
  const people = usePeople()
  const teams = useTeams()
  const isPhone = usePhone()
  const [team, setTeam] = useState(ALL)
  const [chosen, setChosen] = useState<string>()
  const read = useReport(team)
  const rows = read.data?.items ?? []
  return (
    <Screen
      title={t('reportTitle')}
      heading={isPhone ? <h1>{t('today')}</h1> : undefined}
      views={<WorkTabs />}
    >
      <section className="today scroll" tabIndex={0} aria-label={t('reportTitle')}>
        <div className="today-column">
          {teams.length > 0 && (
            <SelectField
              label={t('teamLabel')}
              value={team}
              onChange={setTeam}
              options={[
                { id: ALL, label: t('allTeams') },
                ...teams.map((each) => ({ id: each.id, label: each.name })),
              ]}
            />
          )}
          {hasFailed(read) ? (
            <ErrorState error={read.error} onRetry={() => void read.refetch()} />
          ) : !read.data ? (
            [70, 62, 66].map((width) => <Skeleton key={width} width={`${width}%`} height={32} />)
          ) : rows.length === 0 ? (
            <EmptyState title={t('reportEmpty')}>{t('reportEmptyBody')}</EmptyState>
          ) : (
            <table className="tbl">
              <thead>
                <tr>
                  <th scope="col">{t('person')}</th>
                  <th scope="col" className="r">
                    {t('overdue')}
                  </th>
                  <th scope="col" className="r">
                    {t('oldest')}
                  </th>
                  <th scope="col" className="r">
                    {t('dueToday')}
                  </th>
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => {
                  const person = people.of(row.user)
                  return (
                    <tr key={row.user} aria-selected={chosen === row.user}>
                      <td>
                        <span className="row" style={{ gap: 4 }}>
                          <Avatar person={person} />
                          <Button
                            tone="quiet"
                            small
                            aria-expanded={chosen === row.user}
                            onPress={() => setChosen(chosen === row.user ? undefined : row.user)}
                          >
                            {person.name}
                          </Button>
                        </span>
                      </td>
                      <td className="r">
                        <b className={row.overdue > 0 ? 'late-text' : ''}>{number(row.overdue)}</b>
                      </td>
                      <td
                        className="r"
                        title={row.oldest_due_at ? dateTime(new Date(row.oldest_due_at)) : ''}
                      >
                        {row.oldest_due_at ? ago(row.oldest_due_at) : '—'}
                      </td>
                      <td className="r">{number(row.due_today)}</td>
                    </tr>
                  )
                })}
              </tbody>
            </table>
          )}
          {chosen && (
            <Behind
              key={chosen}
              user={chosen}
              total={rows.find((row) => row.user === chosen)?.overdue ?? 0}
            />
          )}
        </div>
      </section>
    </Screen>
  )
}
