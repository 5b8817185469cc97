// The agenda's settings: when is worked, what can be booked, and by whom from outside.
import './setup.css'
import '../sheets.css'
import { useTopic, useTopicStatus } from '@/live/hooks'
import { EmptyState, Skeleton } from '@/ui/states'
import { AGENDA } from '../model'
import { useBookables } from '../range'
import { useAgendaTexts } from '../texts'
import { OnlinePart, RulesPart } from './booking'
import { HoursPart } from './hours'
import { ResourcesPart } from './resources'
import { ServicesPart } from './services'
import { TimeOffPart } from './time-off'

export default function AgendaSection() {
  const t = useAgendaTexts()
  const status = useTopicStatus(useTopic(AGENDA))
  const bookables = useBookables()
  const { settings } = bookables
  if (status === 'failed')
    return <EmptyState title={t('noPermission')}>{t('noPermissionBody')}</EmptyState>
  if (!settings)
    return [300, 220, 260].map((width) => <Skeleton key={width} width={width} height={120} />)
  // What a colleague saves is shown at once.
  const key = JSON.stringify(settings)
  return (
    <>
      <HoursPart bookables={bookables} />
      <TimeOffPart bookables={bookables} own={false} />
      <ServicesPart bookables={bookables} />
      <ResourcesPart bookables={bookables} />
      <RulesPart key={`rules${key}`} settings={settings} />
      <OnlinePart key={`online${key}`} settings={settings} bookables={bookables} />
    </>
  )
}
