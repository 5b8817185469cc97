import './people.css'
import { useParams } from '@tanstack/react-router'
import { KeyRound, Network, Users } from 'lucide-react'
import { Screen } from '@/shell/screen'
import { Sections } from '@/shell/sections'
import { useTenantRefresh } from './refresh'
import { RolesSection } from './roles'
import { TeamsSection } from './teams'
import { usePeopleTexts } from './texts'
import { UsersSection } from './users'

export function PeopleScreen() {
  const t = usePeopleTexts()
  const { section } = useParams({ strict: false })
  useTenantRefresh()
  return (
    <Screen title={t('title')}>
      <Sections
        label={t('title')}
        base="/people/$section"
        links={[
          { id: 'users', label: t('users'), icon: Users },
          { id: 'roles', label: t('roles'), icon: KeyRound },
          { id: 'teams', label: t('teams'), icon: Network },
        ]}
      >
        {section === 'roles' ? (
          <RolesSection />
        ) : section === 'teams' ? (
          <TeamsSection />
        ) : (
          <UsersSection />
        )}
      </Sections>
    </Screen>
  )
}
