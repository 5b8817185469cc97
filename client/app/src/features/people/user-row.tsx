// One colleague in the list: the name opens their page, role and team change where they stand.
import { Link } from '@tanstack/react-router'
import { EllipsisVertical, Eye, UserRoundCheck, UserRoundMinus, UserRoundX } from 'lucide-react'
import { ago } from '@/i18n/ago'
import { dateTime } from '@/i18n/format'
import { roleName } from '@/session/roles'
import { usePermission, useSignedIn } from '@/session/session'
import { Avatar } from '@/ui/avatar'
import { IconButton } from '@/ui/button'
import { Chip } from '@/ui/chip'
import { SelectField } from '@/ui/field'
import { MenuButton, MenuItem, MenuSeparator } from '@/ui/menu'
import type { Role, Team, User } from '@/wire/records'
import { useUserChange } from './changes'
import { covers, givable } from './permissions'
import { sees } from './scope-text'
import { usePeopleTexts } from './texts'

export const NO_TEAM = 'none'

export interface UserActions {
  onDeactivate: (user: User) => void
  onOffboard: (user: User) => void
  onLook: (user: User) => void
}

const roleIn = (roles: readonly Role[], user: User) => roles.find(({ key }) => key === user.role)

/** May the reader change this colleague? Not one who may do more. */
export function useMayChange(user: User, roles: readonly Role[]): boolean {
  const { permissions } = useSignedIn()
  return permissions.has('users.manage') && covers(permissions, roleIn(roles, user))
}

export function RoleSelect({
  user,
  roles,
  hideLabel,
}: {
  user: User
  roles: readonly Role[]
  hideLabel?: boolean
}) {
  const t = usePeopleTexts()
  const change = useUserChange()
  const me = useSignedIn()
  return (
    <SelectField
      label={hideLabel ? t('roleOf', { name: user.name }) : t('role')}
      hideLabel={hideLabel ?? false}
      isDisabled={!user.active || !covers(me.permissions, roleIn(roles, user))}
      options={givable(roles, me, user.role).map((each) => ({
        id: each.key,
        label: roleName(each.key, roles),
      }))}
      value={user.role}
      onChange={(role) =>
        role !== user.role &&
        change.mutate({
          path: `/users/${user.id}`,
          body: { role },
          back: { body: { role: user.role } },
          done: t('roleChanged', { name: user.name, role: roleName(role, roles) }),
        })
      }
    />
  )
}

export function TeamSelect({
  user,
  teams,
  hideLabel,
  isLocked,
}: {
  user: User
  teams: readonly Team[]
  hideLabel?: boolean
  isLocked?: boolean
}) {
  const t = usePeopleTexts()
  const change = useUserChange()
  return (
    <SelectField
      label={hideLabel ? t('teamOf', { name: user.name }) : t('team')}
      hideLabel={hideLabel ?? false}
      isDisabled={!user.active || isLocked === true}
      options={[
        { id: NO_TEAM, label: t('noTeam') },
        ...teams.map((each) => ({ id: each.id, label: each.name })),
      ]}
      value={user.team_id ?? NO_TEAM}
      onChange={(id) => {
        const team_id = id === NO_TEAM ? null : id
        if (team_id === user.team_id) return
        change.mutate({
          path: `/users/${user.id}`,
          body: { team_id },
          back: { body: { team_id: user.team_id } },
          done: t('teamChanged', {
            name: user.name,
            team: teams.find((each) => each.id === id)?.name ?? t('noTeam'),
          }),
        })
      }}
    />
  )
}

export function UserRow({
  user,
  roles,
  teams,
  actions,
}: {
  user: User
  roles: readonly Role[]
  teams: readonly Team[]
  actions: UserActions
}) {
  const t = usePeopleTexts()
  const me = useSignedIn().user
  const canManage = usePermission('users.manage')
  const change = useUserChange()
  const isMe = me.id === user.id
  const isLocked = !useMayChange(user, roles)
  const team = teams.find((each) => each.id === user.team_id)
  const role = roles.find((each) => each.key === user.role)
  return (
    <li className="user-row" data-closed={user.active ? undefined : true}>
      <Avatar person={user} size="m" />
      <div className="names">
        <span>
          <Link
            className="font-semibold"
            to="/people/$section/$item"
            params={{ section: 'users', item: user.id }}
            search={{}}
          >
            {user.name}
          </Link>{' '}
          {isMe && <Chip tone="line">{t('you')}</Chip>}{' '}
          {!user.active && <Chip>{t('inactive')}</Chip>}
        </span>
        <span className="sm t3">{user.email}</span>
      </div>
      <span className="seen sm t3">
        <span title={user.last_seen_at ? dateTime(new Date(user.last_seen_at)) : ''}>
          {user.last_seen_at ? ago(user.last_seen_at) : t('never')}
        </span>
        {role && user.active && (
          <span className="block">{t('seesCustomers', { what: sees(role.scopes.customers) })}</span>
        )}
      </span>
      {canManage ? (
        <>
          <div className="slot role">
            <RoleSelect user={user} roles={roles} hideLabel />
          </div>
          <div className="slot team">
            <TeamSelect user={user} teams={teams} hideLabel isLocked={isLocked} />
          </div>
          <MenuButton
            label={t('actionsFor', { name: user.name })}
            placement="bottom end"
            button={
              <IconButton icon={EllipsisVertical} label={t('actionsFor', { name: user.name })} />
            }
          >
            {user.active ? (
              <>
                <MenuItem icon={Eye} isDisabled={isMe} onAction={() => actions.onLook(user)}>
                  {t('lookAs')}
                </MenuItem>
                <MenuSeparator />
                <MenuItem
                  icon={UserRoundX}
                  danger
                  isDisabled={isMe || isLocked}
                  onAction={() => actions.onDeactivate(user)}
                >
                  {t('deactivate')}
                </MenuItem>
                <MenuItem
                  icon={UserRoundMinus}
                  danger
                  isDisabled={isMe || isLocked}
                  onAction={() => actions.onOffboard(user)}
                >
                  {t('offboard')}
                </MenuItem>
              </>
            ) : (
              <MenuItem
                icon={UserRoundCheck}
                isDisabled={isLocked}
                onAction={() =>
                  change.mutate({
                    path: `/users/${user.id}/activate`,
                    done: t('activated', { name: user.name }),
                  })
                }
              >
                {t('activate')}
              </MenuItem>
            )}
          </MenuButton>
        </>
      ) : (
        <span className="t2">
          {[roleName(user.role, roles), team?.name].filter(Boolean).join(' · ')}
        </span>
      )}
    </li>
  )
}
