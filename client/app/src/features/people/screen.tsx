// The team's screen: people, teams, roles, those who left, and the audit. What is seldom opened is
// loaded when it is.
import './people.css'
import { useParams } from '@tanstack/react-router'
import { KeyRound, Network, ScrollText, UserRoundMinus, Users } from 'lucide-react'
import { type ComponentType, lazy, Suspense } from 'react'
import { useSignedIn } from '@/session/session'
import { Screen } from '@/shell/screen'
import { type SectionLink, Sections } from '@/shell/sections'
import { EmptyState, Skeleton } from '@/ui/states'
import type { Permission } from '@/wire/records'
import { PersonPage } from './person'
import { useTenantRefresh } from './refresh'
import { RolePage } from './role'
import { RolesSection } from './roles'
import { TeamsSection } from './teams'
import { usePeopleTexts } from './texts'
import { UsersSection } from './users'

const Offboarding = lazy(() => import('@/features/offboarding/section'))
const Audit = lazy(() => import('@/features/audit/section'))

interface Page extends Omit<SectionLink, 'label' | 'id'> {
  id: 'users' | 'teams' | 'roles' | 'offboarding' | 'audit'
  needs: Permission
  page: ComponentType
  /** One of the list, with an address of its own. */
  one?: ComponentType<{ id: string }>
}

const pages: readonly Page[] = [
  { id: 'users', icon: Users, needs: 'users.view', page: UsersSection, one: PersonPage },
  { id: 'teams', icon: Network, needs: 'users.view', page: TeamsSection },
  { id: 'roles', icon: KeyRound, needs: 'users.view', page: RolesSection, one: RolePage },
  { id: 'offboarding', icon: UserRoundMinus, needs: 'users.manage', page: Offboarding },
  { id: 'audit', icon: ScrollText, needs: 'audit.view', page: Audit },
]

export function PeopleScreen() {
  const t = usePeopleTexts()
  const { permissions } = useSignedIn()
  const { section, item } = useParams({ strict: false }) as { section?: string; item?: string }
  useTenantRefresh()
  const allowed = pages.filter((page) => permissions.has(page.needs))
  const current = allowed.find((page) => page.id === section)
  const Page = current?.page
  const One = current?.one
  return (
    <Screen
      title={current ? t(current.id) : t('title')}
      heading={<h1 className="el">{t('title')}</h1>}
    >
      <Sections
        label={t('title')}
        base="/people/$section"
        links={allowed.map(({ id, icon }) => ({ id, icon, label: t(id) }))}
      >
        <Suspense fallback={<Skeleton height={240} />}>
          {One && item ? (
            <One key={item} id={item} />
          ) : Page ? (
            <Page />
          ) : (
            <EmptyState title={t('noAccess')}>{t('noAccessBody')}</EmptyState>
          )}
        </Suspense>
      </Sections>
    </Screen>
  )
}
