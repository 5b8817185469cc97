import { useMutation, useQueryClient } from '@tanstack/react-query'
import { EllipsisVertical, UserRoundCheck, UserRoundPlus, UserRoundX } from 'lucide-react'
import { useState } from 'react'
import { useCreateCommand } from '@/commands'
import { ago } from '@/i18n/ago'
import { compareNames } from '@/i18n/fold'
import { dateTime } from '@/i18n/format'
import { api } from '@/session/api'
import { problemText } from '@/session/errors'
import { roleName } from '@/session/roles'
import { usePermission, useSignedIn } from '@/session/session'
import { Part } from '@/shell/sections'
import { Avatar } from '@/ui/avatar'
import { Button, IconButton } from '@/ui/button'
import { Chip } from '@/ui/chip'
import { ConfirmDialog } from '@/ui/dialog'
import { SelectField } from '@/ui/field'
import { MenuButton, MenuItem } from '@/ui/menu'
import { ErrorState, Skeleton } from '@/ui/states'
import { toast } from '@/ui/toasts'
import type { Role, Team, User } from '@/wire/records'
import { InviteDialog } from './invite'
import { useInvitations, useRoleList, useTeamList, useUserList } from './queries'
import { usePeopleTexts } from './texts'

const NO_TEAM = 'none'

function useUserChange() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: ({ path, body }: { path: string; body?: unknown; done: string }) =>
      body === undefined ? api.post<User>(path) : api.patch<User>(path, body),
    onSuccess: (user, { done }) => {
      queries.setQueryData<User[]>(['users'], (users) =>
        users?.map((each) => (each.id === user.id ? user : each)),
      )
      toast(done)
    },
    onError: (error) => toast(problemText(error)),
  })
}

function UserRow({
  user,
  roles,
  teams,
  canManage,
  onDeactivate,
}: {
  user: User
  roles: readonly Role[]
  teams: readonly Team[]
  canManage: boolean
  onDeactivate: () => void
}) {
  const t = usePeopleTexts()
  const me = useSignedIn().user
  const change = useUserChange()
  const isMe = me.id === user.id
  const team = teams.find((each) => each.id === user.team_id)
  return (
    <li className="user-row" data-closed={user.active ? undefined : true}>
      <Avatar person={user} size="m" />
      <div className="names">
        <span>
          <b>{user.name}</b> {isMe && <Chip tone="line">{t('you')}</Chip>}{' '}
          {!user.active && <Chip>{t('inactive')}</Chip>}
        </span>
        <span className="sm t3">{user.email}</span>
      </div>
      <span
        className="seen sm t3"
        title={user.last_seen_at ? dateTime(new Date(user.last_seen_at)) : ''}
      >
        {user.last_seen_at ? ago(user.last_seen_at) : t('never')}
      </span>
      {canManage ? (
        <>
          <div className="slot role">
            <SelectField
              label={t('roleOf', { name: user.name })}
              hideLabel
              isDisabled={!user.active}
              options={roles.map((each) => ({ id: each.key, label: roleName(each.key, roles) }))}
              value={user.role}
              onChange={(role) =>
                role !== user.role &&
                change.mutate({
                  path: `/users/${user.id}`,
                  body: { role },
                  done: t('roleChanged', { name: user.name, role: roleName(role, roles) }),
                })
              }
            />
          </div>
          <div className="slot team">
            <SelectField
              label={t('teamOf', { name: user.name })}
              hideLabel
              isDisabled={!user.active}
              options={[
                { id: NO_TEAM, label: t('noTeam') },
                ...teams.map((each) => ({ id: each.id, label: each.name })),
              ]}
              value={user.team_id ?? NO_TEAM}
              onChange={(id) =>
                change.mutate({
                  path: `/users/${user.id}`,
                  body: { team_id: id === NO_TEAM ? null : id },
                  done: t('teamChanged', {
                    name: user.name,
                    team: teams.find((each) => each.id === id)?.name ?? t('noTeam'),
                  }),
                })
              }
            />
          </div>
          <MenuButton
            label={t('actionsFor', { name: user.name })}
            placement="bottom end"
            button={
              <IconButton icon={EllipsisVertical} label={t('actionsFor', { name: user.name })} />
            }
          >
            {user.active ? (
              <MenuItem icon={UserRoundX} danger isDisabled={isMe} onAction={onDeactivate}>
                {t('deactivate')}
              </MenuItem>
            ) : (
              <MenuItem
                icon={UserRoundCheck}
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

function PendingInvitations({ roles }: { roles: readonly Role[] }) {
  const t = usePeopleTexts()
  const invitations = useInvitations()
  const queries = useQueryClient()
  const revoke = useMutation({
    mutationFn: ({ id }: { id: string; name: string }) => api.delete(`/users/invitations/${id}`),
    onSuccess: (_, { name }) => {
      toast(t('revoked', { name }))
      return queries.invalidateQueries({ queryKey: ['invitations'] })
    },
    onError: (error) => toast(problemText(error)),
  })
  if (!invitations.data?.length) return null
  return (
    <Part title={t('pending')} lead={t('pendingLead')}>
      <ul className="lines">
        {invitations.data.map((each) => (
          <li key={each.id}>
            <Avatar person={each} size="m" />
            <div className="names">
              <b>{each.name}</b>
              <span className="sm t3">
                {each.email} · {roleName(each.role, roles)}
              </span>
            </div>
            <span className="sm t3">
              {t('expires', { date: dateTime(new Date(each.expires_at)) })}
            </span>
            <Button small tone="danger" onPress={() => revoke.mutate(each)}>
              {t('revoke')}
            </Button>
          </li>
        ))}
      </ul>
    </Part>
  )
}

export function UsersSection() {
  const t = usePeopleTexts()
  const canManage = usePermission('users.manage')
  const users = useUserList()
  const roles = useRoleList().data ?? []
  const teams = useTeamList().data ?? []
  const change = useUserChange()
  const [inviting, setInviting] = useState(false)
  useCreateCommand(t('users'), 'people.invite', t('invite'), canManage && (() => setInviting(true)))
  const [leaving, setLeaving] = useState<User>()

  if (users.isError) return <ErrorState error={users.error} onRetry={() => void users.refetch()} />
  const sorted = [...(users.data ?? [])].sort(
    (a, b) => Number(b.active) - Number(a.active) || compareNames(a.name, b.name),
  )
  return (
    <>
      <Part
        title={t('users')}
        lead={t('usersLead', { count: sorted.filter((user) => user.active).length })}
        action={
          canManage && (
            <Button tone="primary" icon={UserRoundPlus} onPress={() => setInviting(true)}>
              {t('invite')}
            </Button>
          )
        }
      >
        <ul className="lines">
          {users.isPending &&
            [1, 2, 3].map((n) => (
              <li key={n}>
                <Skeleton height={28} />
              </li>
            ))}
          {sorted.map((user) => (
            <UserRow
              key={user.id}
              user={user}
              roles={roles}
              teams={teams}
              canManage={canManage}
              onDeactivate={() => setLeaving(user)}
            />
          ))}
        </ul>
      </Part>
      {canManage && <PendingInvitations roles={roles} />}
      {inviting && <InviteDialog roles={roles} teams={teams} onClose={() => setInviting(false)} />}
      {leaving && (
        <ConfirmDialog
          isOpen
          title={t('deactivateTitle', { name: leaving.name })}
          action={t('deactivate')}
          onClose={() => setLeaving(undefined)}
          onConfirm={() =>
            change.mutate({
              path: `/users/${leaving.id}/deactivate`,
              done: t('deactivated', { name: leaving.name }),
            })
          }
        >
          <p>{t('deactivateBody')}</p>
        </ConfirmDialog>
      )}
    </>
  )
}
