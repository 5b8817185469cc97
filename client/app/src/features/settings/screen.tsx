import { useParams } from '@tanstack/react-router'
import {
  Bell,
  Building2,
  CalendarDays,
  KeyRound,
  ListChecks,
  ListPlus,
  MessagesSquare,
  MonitorSmartphone,
  UserRound,
  Webhook,
  Workflow,
} from 'lucide-react'
import { type ComponentType, lazy, Suspense } from 'react'
import { ActivitiesSection } from '@/features/activities/settings'
import { NotificationsSection } from '@/features/notifications/settings'
import { useTenantRefresh } from '@/features/people/refresh'
import { useSignedIn } from '@/session/session'
import { Screen } from '@/shell/screen'
import { type SectionLink, Sections } from '@/shell/sections'
import { EmptyState, Skeleton } from '@/ui/states'
import type { Permission } from '@/wire/records'
import { DevicesSection } from './devices'
import { FieldsSection } from './fields'
import { KeysSection } from './keys'
import { MeSection } from './me'
import { TenantSection } from './tenant'
import { useSettingsTexts } from './texts'

// Large and for few: they come when they are opened.
const AgendaSection = lazy(() => import('@/features/agenda/setup/section'))
const ChannelsSection = lazy(() => import('@/features/channels/section'))
const RulesSection = lazy(() => import('@/features/rules/section'))
const WebhooksSection = lazy(() => import('@/features/webhooks/section'))

interface Page extends Omit<SectionLink, 'label' | 'id'> {
  id:
    | 'me'
    | 'notifications'
    | 'devices'
    | 'activities'
    | 'agenda'
    | 'rules'
    | 'tenant'
    | 'fields'
    | 'keys'
    | 'webhooks'
    | 'channels'
  needs?: Permission
  page: ComponentType
}

const pages: readonly Page[] = [
  { id: 'me', icon: UserRound, page: MeSection },
  { id: 'notifications', icon: Bell, page: NotificationsSection },
  { id: 'devices', icon: MonitorSmartphone, page: DevicesSection },
  { id: 'tenant', icon: Building2, needs: 'tenant.manage', page: TenantSection },
  {
    id: 'activities',
    icon: ListChecks,
    needs: 'activities.manage',
    page: ActivitiesSection,
  },
  { id: 'agenda', icon: CalendarDays, needs: 'agenda.manage', page: AgendaSection },
  { id: 'rules', icon: Workflow, needs: 'rules.manage', page: RulesSection },
  { id: 'channels', icon: MessagesSquare, needs: 'channels.manage', page: ChannelsSection },
  { id: 'fields', icon: ListPlus, needs: 'tenant.manage', page: FieldsSection },
  { id: 'keys', icon: KeyRound, needs: 'keys.manage', page: KeysSection },
  { id: 'webhooks', icon: Webhook, needs: 'webhooks.manage', page: WebhooksSection },
]

export function SettingsScreen() {
  const t = useSettingsTexts()
  const { permissions } = useSignedIn()
  const { section } = useParams({ strict: false })
  useTenantRefresh()
  const allowed = pages.filter((page) => !page.needs || permissions.has(page.needs))
  const isForbidden =
    pages.some((page) => page.id === section) && !allowed.some((page) => page.id === section)
  const Current = (allowed.find((page) => page.id === section) ?? allowed[0])?.page
  return (
    <Screen title={t('title')}>
      <Sections
        label={t('title')}
        base="/settings/$section"
        links={allowed.map(({ id, icon }) => ({ id, icon, label: t(id) }))}
      >
        {isForbidden ? (
          <EmptyState title={t('forbidden')}>{t('forbiddenBody')}</EmptyState>
        ) : (
          <Suspense fallback={<Skeleton height={240} />}>{Current && <Current />}</Suspense>
        )}
      </Sections>
    </Screen>
  )
}
