// Departments, the teams in them, and the people of a team.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { EllipsisVertical, Pencil, Plus, Trash2, UsersRound } from 'lucide-react'
import { useState } from 'react'
import { useCommands, useCreateCommand } from '@/commands'
import { compareNames } from '@/i18n/fold'
import { api } from '@/session/api'
import { hasFailed } from '@/session/reads'
import { usePermission } from '@/session/session'
import { Part } from '@/shell/sections'
import { AvatarStack } from '@/ui/avatar'
import { Button, IconButton } from '@/ui/button'
import { ConfirmDialog } from '@/ui/dialog'
import { MenuButton, MenuItem, MenuSeparator } from '@/ui/menu'
import { EmptyState, ErrorState, Skeleton } from '@/ui/states'
import { toast } from '@/ui/toasts'
import type { Department, Team, User } from '@/wire/records'
import { whyNot } from './changes'
import { MembersDialog } from './members'
import { useDepartmentList, useTeamList, useUserList } from './queries'
import { DepartmentDialog, TeamDialog } from './team-dialogs'
import { usePeopleTexts } from './texts'

export type Naming =
  | { what: 'team'; team?: Team; department?: string | undefined }
  | { what: 'department'; department?: Department }
type Removing = { what: 'team'; it: Team } | { what: 'department'; it: Department }

function TeamRow({
  team,
  members,
  canManage,
  onEdit,
  onMembers,
  onRemove,
}: {
  team: Team
  members: readonly User[]
  canManage: boolean
  onEdit: () => void
  onMembers: () => void
  onRemove: () => void
}) {
  const t = usePeopleTexts()
  return (
    <li>
      <div className="names">
        <Link
          className="font-semibold"
          to="/people/$section"
          params={{ section: 'users' }}
          search={{ team: team.id }}
        >
          {team.name}
        </Link>
        <span className="sm t3">{t('members', { count: members.length })}</span>
      </div>
      <AvatarStack people={members} max={5} />
      {canManage && (
        <>
          <Button
            small
            icon={UsersRound}
            aria-label={t('membersOf', { name: team.name })}
            onPress={onMembers}
          >
            {t('memberList')}
          </Button>
          <MenuButton
            label={t('actionsFor', { name: team.name })}
            placement="bottom end"
            button={
              <IconButton icon={EllipsisVertical} label={t('actionsFor', { name: team.name })} />
            }
          >
            <MenuItem icon={Pencil} onAction={onEdit}>
              {t('editTeam')}
            </MenuItem>
            <MenuSeparator />
            <MenuItem icon={Trash2} danger onAction={onRemove}>
              {t('removeTeam')}
            </MenuItem>
          </MenuButton>
        </>
      )}
    </li>
  )
}

export function TeamsSection() {
  const t = usePeopleTexts()
  const canManage = usePermission('users.manage')
  const read = useTeamList()
  const teams = [...(read.data ?? [])].sort((a, b) => compareNames(a.name, b.name))
  const departments = [...(useDepartmentList().data ?? [])].sort((a, b) =>
    compareNames(a.name, b.name),
  )
  const users = useUserList().data ?? []
  const queries = useQueryClient()
  const [naming, setNaming] = useState<Naming>()
  const [members, setMembers] = useState<Team>()
  const [removing, setRemoving] = useState<Removing>()
  useCreateCommand(
    t('teams'),
    'people.team',
    t('addTeam'),
    canManage && (() => setNaming({ what: 'team' })),
  )
  useCommands(t('teams'), () =>
    canManage
      ? [
          {
            id: 'people.department',
            title: t('addDepartment'),
            icon: Plus,
            run: () => setNaming({ what: 'department' }),
          },
        ]
      : [],
  )
  const remove = useMutation({
    mutationFn: ({ what, it }: Removing) => api.delete(`/${what}s/${it.id}`),
    onSuccess: async (_, { it }) => {
      toast(t('removed', { name: it.name }))
      await Promise.all(
        ['users', 'teams', 'departments'].map((key) =>
          queries.invalidateQueries({ queryKey: [key] }),
        ),
      )
    },
    onError: (error) => toast(whyNot(error)),
  })
  const of = (team: Team) => users.filter((user) => user.team_id === team.id && user.active)
  const rows = (list: readonly Team[]) => (
    <ul className="lines">
      {list.map((team) => (
        <TeamRow
          key={team.id}
          team={team}
          members={of(team)}
          canManage={canManage}
          onEdit={() => setNaming({ what: 'team', team })}
          onMembers={() => setMembers(team)}
          onRemove={() => setRemoving({ what: 'team', it: team })}
        />
      ))}
    </ul>
  )
  const addTeam = canManage && (
    <Button
      tone={teams.length > 0 ? 'plain' : 'primary'}
      icon={Plus}
      onPress={() => setNaming({ what: 'team' })}
    >
      {t('addTeam')}
    </Button>
  )
  const addDepartment = canManage && (
    <Button icon={Plus} onPress={() => setNaming({ what: 'department' })}>
      {t('addDepartment')}
    </Button>
  )
  if (hasFailed(read)) return <ErrorState error={read.error} onRetry={() => void read.refetch()} />
  const none = read.data && teams.length === 0 && departments.length === 0
  const loose = teams.filter(
    (team) => !departments.some((department) => department.id === team.department_id),
  )
  return (
    <>
      <Part
        title={t('teams')}
        lead={t('teamsLead')}
        action={
          !none && (
            <span className="row">
              {addDepartment}
              {addTeam}
            </span>
          )
        }
      >
        {!read.data ? (
          <Skeleton height={120} />
        ) : none ? (
          <EmptyState title={t('noTeams')} action={addTeam}>
            {t('noTeamsBody')}
          </EmptyState>
        ) : (
          departments.length === 0 && rows(teams)
        )}
      </Part>
      {departments.map((department) => {
        const own = teams.filter((team) => team.department_id === department.id)
        return (
          <section key={department.id} className="department">
            <header>
              <h3>{department.name}</h3>
              <span className="sm t3">
                {t('departmentCount', {
                  teams: own.length,
                  people: own.reduce((sum, team) => sum + of(team).length, 0),
                })}
              </span>
              <span className="sp" />
              {canManage && (
                <MenuButton
                  label={t('actionsFor', { name: department.name })}
                  placement="bottom end"
                  button={
                    <IconButton
                      icon={EllipsisVertical}
                      label={t('actionsFor', { name: department.name })}
                    />
                  }
                >
                  <MenuItem
                    icon={Plus}
                    onAction={() => setNaming({ what: 'team', department: department.id })}
                  >
                    {t('addTeam')}
                  </MenuItem>
                  <MenuItem
                    icon={Pencil}
                    onAction={() => setNaming({ what: 'department', department })}
                  >
                    {t('rename')}
                  </MenuItem>
                  <MenuSeparator />
                  <MenuItem
                    icon={Trash2}
                    danger
                    onAction={() => setRemoving({ what: 'department', it: department })}
                  >
                    {t('removeDepartment')}
                  </MenuItem>
                </MenuButton>
              )}
            </header>
            {own.length > 0 ? rows(own) : <p className="t3">{t('noTeamsHere')}</p>}
          </section>
        )
      })}
      {departments.length > 0 && loose.length > 0 && (
        <section className="department">
          <header>
            <h3>{t('noDepartment')}</h3>
          </header>
          {rows(loose)}
        </section>
      )}
      {naming?.what === 'team' && (
        <TeamDialog
          team={naming.team}
          department={naming.team?.department_id ?? naming.department ?? null}
          departments={departments}
          onClose={() => setNaming(undefined)}
        />
      )}
      {naming?.what === 'department' && (
        <DepartmentDialog department={naming.department} onClose={() => setNaming(undefined)} />
      )}
      {members && (
        <MembersDialog
          team={members}
          teams={teams}
          users={users}
          onClose={() => setMembers(undefined)}
        />
      )}
      {removing && (
        <ConfirmDialog
          isOpen
          title={t(removing.what === 'team' ? 'removeTeamTitle' : 'removeDepartmentTitle', {
            name: removing.it.name,
          })}
          action={t(removing.what === 'team' ? 'removeTeam' : 'removeDepartment')}
          onClose={() => setRemoving(undefined)}
          onConfirm={() => remove.mutate(removing)}
        >
          <p>{t(removing.what === 'team' ? 'removeTeamBody' : 'removeDepartmentBody')}</p>
        </ConfirmDialog>
      )}
    </>
  )
}
