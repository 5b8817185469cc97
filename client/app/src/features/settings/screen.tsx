import { useParams } from '@tanstack/react-router'
import {
  Bell,
  Building2,
  KeyRound,
  ListChecks,
  ListPlus,
  MonitorSmartphone,
  UserRound,
} from 'lucide-react'
import type { ComponentType } from 'react'
import { ActivitiesSection } from '@/features/activities/settings'
import { NotificationsSection } from '@/features/notifications/settings'
import { useTenantRefresh } from '@/features/people/refresh'
import { useSignedIn } from '@/session/session'
import { Screen } from '@/shell/screen'
import { type SectionLink, Sections } from '@/shell/sections'
import type { Permission } from '@/wire/records'
import { DevicesSection } from './devices'
import { FieldsSection } from './fields'
import { KeysSection } from './keys'
import { MeSection } from './me'
import { TenantSection } from './tenant'
import { useSettingsTexts } from './texts'

interface Page extends Omit<SectionLink, 'label' | 'id'> {
  id: 'me' | 'notifications' | 'devices' | 'activities' | 'tenant' | 'fields' | 'keys'
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
  { id: 'fields', icon: ListPlus, needs: 'tenant.manage', page: FieldsSection },
  { id: 'keys', icon: KeyRound, needs: 'keys.manage', page: KeysSection },
]

export function SettingsScreen() {
  const t = useSettingsTexts()
  const { permissions } = useSignedIn()
  const { section } = useParams({ strict: false })
  useTenantRefresh()
  const allowed = pages.filter((page) => !page.needs || permissions.has(page.needs))
  const Current = (allowed.find((page) => page.id === section) ?? allowed[0])?.page
  return (
    <Screen title={t('title')}>
      <Sections
        label={t('title')}
        base="/settings/$section"
        links={allowed.map(({ id, icon }) => ({ id, icon, label: t(id) }))}
      >
        {Current && <Current />}
      </Sections>
    </Screen>
  )
}
