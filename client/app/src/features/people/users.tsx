// The colleagues: found by name, role, team and state; the list stands in the address.
import { useNavigate, useSearch } from '@tanstack/react-router'
import { UserRoundPlus, X } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useCreateCommand } from '@/commands'
import { hasFailed } from '@/session/reads'
import { roleName } from '@/session/roles'
import { usePermission } from '@/session/session'
import { Part } from '@/shell/sections'
import { Button } from '@/ui/button'
import { ConfirmDialog } from '@/ui/dialog'
import { FilterSelect } from '@/ui/filter-select'
import { SearchField } from '@/ui/search-field'
import { EmptyState, ErrorState, Skeleton } from '@/ui/states'
import type { User } from '@/wire/records'
import { useUserChange } from './changes'
import { InviteDialog } from './invite'
import { isNarrowed, matching, NONE } from './matching'
import { PendingInvitations } from './pending'
import { useDepartmentList, useRoleList, useTeamList, useUserList } from './queries'
import type { PeopleSearch } from './search'
import { usePeopleTexts } from './texts'
import { type UserActions, UserRow } from './user-row'

/** Rows are heavy with menus: a big house sees them in portions. */
const PORTION = 60

export function useUserActions(onDeactivate: (user: User) => void): UserActions {
  const navigate = useNavigate()
  return {
    onDeactivate,
    onOffboard: (user) =>
      void navigate({
        to: '/people/$section/$item',
        params: { section: 'offboarding', item: 'new' },
        search: { user: user.id },
      }),
    // The borrowed engine comes along only when somebody looks.
    onLook: (user) =>
      void import('./look')
        .then(({ startLooking }) => startLooking(user))
        .then((to) => to && navigate({ to, search: {} })),
  }
}

export function DeactivateDialog({ user, onClose }: { user: User; onClose: () => void }) {
  const t = usePeopleTexts()
  const change = useUserChange()
  return (
    <ConfirmDialog
      isOpen
      title={t('deactivateTitle', { name: user.name })}
      action={t('deactivate')}
      onClose={onClose}
      onConfirm={() =>
        change.mutate({
          path: `/users/${user.id}/deactivate`,
          done: t('deactivated', { name: user.name }),
        })
      }
    >
      <p>{t('deactivateBody')}</p>
      <p className="t3 mt-2">{t('deactivateHint')}</p>
    </ConfirmDialog>
  )
}

export function UsersSection() {
  const t = usePeopleTexts()
  const search = useSearch({ strict: false }) as PeopleSearch
  const navigate = useNavigate()
  const canManage = usePermission('users.manage')
  const users = useUserList()
  const roles = useRoleList().data ?? []
  const teams = useTeamList().data ?? []
  const departments = useDepartmentList().data ?? []
  const [inviting, setInviting] = useState(false)
  const [closing, setClosing] = useState<User>()
  const [portions, setPortions] = useState(1)
  const actions = useUserActions(setClosing)
  useCreateCommand(t('users'), 'people.invite', t('invite'), canManage && (() => setInviting(true)))

  const { q, role, team, state } = search
  const found = useMemo(
    () =>
      matching(users.data ?? [], teams, {
        ...(q ? { q } : {}),
        ...(role ? { role } : {}),
        ...(team ? { team } : {}),
        ...(state ? { state } : {}),
      }),
    [users.data, teams, q, role, team, state],
  )
  const change = (next: { [K in keyof PeopleSearch]?: PeopleSearch[K] | undefined }) => {
    setPortions(1)
    void navigate({
      to: '/people/$section',
      params: { section: 'users' },
      search: { ...search, ...next } as PeopleSearch,
      replace: true,
    })
  }
  const clear = () => change({ q: undefined, role: undefined, team: undefined, state: undefined })
  const one = (now: string | undefined, next: string[]) => next.find((id) => id !== now)

  if (hasFailed(users))
    return <ErrorState error={users.error} onRetry={() => void users.refetch()} />
  const active = (users.data ?? []).filter((user) => user.active).length
  const shown = found.slice(0, portions * PORTION)
  const filter = { searchLabel: t('findOption'), emptyText: t('noOption') }
  return (
    <>
      <Part
        title={t('users')}
        lead={t('usersLead', { count: active })}
        action={
          canManage && (
            <Button tone="primary" icon={UserRoundPlus} onPress={() => setInviting(true)}>
              {t('invite')}
            </Button>
          )
        }
      >
        <div className="people-filters" role="toolbar" aria-label={t('filters')}>
          <SearchField
            label={t('findPerson')}
            value={q ?? ''}
            onChange={(next) => change({ q: next || undefined })}
            width={220}
          />
          <FilterSelect
            {...filter}
            label={t('role')}
            options={roles.map((each) => ({ id: each.key, label: roleName(each.key, roles) }))}
            value={role ? [role] : []}
            onChange={(next) => change({ role: one(role, next) })}
          />
          <FilterSelect
            {...filter}
            label={t('team')}
            options={[
              ...teams.map((each) => ({ id: each.id, label: each.name })),
              ...departments.map((each) => ({
                id: `d:${each.id}`,
                label: t('wholeDepartment', { name: each.name }),
              })),
              { id: NONE, label: t('noTeam') },
            ]}
            value={team ? [team] : []}
            onChange={(next) => change({ team: one(team, next) })}
          />
          <FilterSelect
            {...filter}
            label={t('state')}
            options={[
              { id: 'active', label: t('active') },
              { id: 'closed', label: t('inactive') },
            ]}
            value={state ? [state] : []}
            onChange={(next) => change({ state: one(state, next) })}
          />
          {isNarrowed(search) && (
            <Button small tone="quiet" icon={X} onPress={clear}>
              {t('clearFilters')}
            </Button>
          )}
        </div>
        {users.data && found.length === 0 ? (
          <EmptyState
            title={t('nobodyFits')}
            action={<Button onPress={clear}>{t('clearFilters')}</Button>}
          />
        ) : (
          <ul className="lines" aria-label={t('users')}>
            {users.isPending &&
              [1, 2, 3].map((n) => (
                <li key={n}>
                  <Skeleton height={28} />
                </li>
              ))}
            {shown.map((user) => (
              <UserRow key={user.id} user={user} roles={roles} teams={teams} actions={actions} />
            ))}
          </ul>
        )}
        {found.length > shown.length && (
          <Button tone="quiet" onPress={() => setPortions(portions + 1)}>
            {t('showMore', { count: found.length - shown.length })}
          </Button>
        )}
      </Part>
      {canManage && <PendingInvitations roles={roles} />}
      {inviting && <InviteDialog roles={roles} teams={teams} onClose={() => setInviting(false)} />}
      {closing && <DeactivateDialog user={closing} onClose={() => setClosing(undefined)} />}
    </>
  )
}
