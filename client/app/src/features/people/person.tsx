// One colleague: who they are, what they may see, where they are signed in, and how they leave.
import { Link } from '@tanstack/react-router'
import { Eye, ScrollText, UserRoundCheck, UserRoundMinus, UserRoundX } from 'lucide-react'
import { useState } from 'react'
import { useCommands } from '@/commands'
import { dateTime, dayMonth } from '@/i18n/format'
import { since } from '@/i18n/since'
import { roleName } from '@/session/roles'
import { usePermission, useSignedIn } from '@/session/session'
import { Part } from '@/shell/sections'
import { Avatar } from '@/ui/avatar'
import { Button } from '@/ui/button'
import { Chip } from '@/ui/chip'
import { TextField } from '@/ui/field'
import { Icon } from '@/ui/icon'
import { EmptyState, ErrorState, Skeleton } from '@/ui/states'
import type { User } from '@/wire/records'
import { useUserChange } from './changes'
import { Crumb } from './crumb'
import { DevicesOf } from './devices-of'
import { useDepartmentList, useRoleList, useTeamList, useUserList } from './queries'
import { SightOf } from './sight-of'
import { usePeopleTexts } from './texts'
import { RoleSelect, TeamSelect, useMayChange } from './user-row'
import { DeactivateDialog, useUserActions } from './users'

function NameField({ user }: { user: User }) {
  const t = usePeopleTexts()
  const change = useUserChange()
  const [name, setName] = useState(user.name)
  const save = () => {
    const next = name.trim()
    if (!next || next === user.name) return setName(user.name)
    change.mutate({
      path: `/users/${user.id}`,
      body: { name: next },
      back: { body: { name: user.name } },
      done: t('renamed', { name: next }),
    })
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        save()
      }}
    >
      <TextField
        label={t('name')}
        value={name}
        onChange={setName}
        onBlur={save}
        maxLength={120}
        isDisabled={!user.active}
      />
    </form>
  )
}

function Known({ user }: { user: User }) {
  const t = usePeopleTexts()
  const me = useSignedIn().user.id
  const canManage = usePermission('users.manage')
  const canAudit = usePermission('audit.view')
  const roles = useRoleList().data ?? []
  const teams = useTeamList().data ?? []
  const departments = useDepartmentList().data ?? []
  const change = useUserChange()
  const [closing, setClosing] = useState<User>()
  const actions = useUserActions(setClosing)
  const team = teams.find((each) => each.id === user.team_id)
  const department = departments.find((each) => each.id === team?.department_id)
  const isMe = user.id === me
  const canChange = useMayChange(user, roles)
  const mayLook = canManage && !isMe
  const mayAct = canChange && !isMe
  useCommands(
    user.name,
    () =>
      mayLook && user.active
        ? [
            {
              id: 'people.look',
              title: t('lookAs'),
              icon: Eye,
              words: 'see as gözüyle',
              run: () => actions.onLook(user),
            },
            ...(mayAct
              ? [
                  {
                    id: 'people.offboard',
                    title: t('offboard'),
                    icon: UserRoundMinus,
                    danger: true,
                    run: () => actions.onOffboard(user),
                  },
                ]
              : []),
          ]
        : [],
    { about: true },
  )
  return (
    <>
      <header className="person-line">
        <Avatar person={user} size="x" />
        <div className="names">
          <h2 className="t-name">
            {user.name} {isMe && <Chip tone="line">{t('you')}</Chip>}{' '}
            {!user.active && <Chip>{t('inactive')}</Chip>}
          </h2>
          <span className="sm t3">
            {user.email} ·{' '}
            {user.last_seen_at ? (
              <span title={dateTime(new Date(user.last_seen_at))}>
                {t('seen', { when: since(user.last_seen_at) })}
              </span>
            ) : (
              t('never')
            )}{' '}
            · {t('since', { date: dayMonth(new Date(user.created_at)) })}
          </span>
        </div>
        {mayLook && user.active && (
          <Button icon={Eye} onPress={() => actions.onLook(user)}>
            {t('lookAs')}
          </Button>
        )}
      </header>

      <Part title={t('place')}>
        {canChange ? (
          <div className="form-grid">
            <div className="wide">
              <NameField key={user.name} user={user} />
            </div>
            <RoleSelect user={user} roles={roles} />
            <TeamSelect user={user} teams={teams} />
            <p className="wide sm t3">
              {department
                ? t('inDepartment', { name: department.name })
                : team
                  ? t('inNoDepartment')
                  : t('teamHint')}
            </p>
          </div>
        ) : (
          <p className="t2">
            {[roleName(user.role, roles), team?.name, department?.name].filter(Boolean).join(' · ')}
          </p>
        )}
      </Part>

      {canManage && user.active && <SightOf user={user} />}
      {canManage && <DevicesOf user={user} />}

      {(mayAct || canAudit) && (
        <Part title={t('access')} lead={user.active ? t('accessLead') : t('closedLead')}>
          <div className="row flex-wrap">
            {mayAct &&
              (user.active ? (
                <>
                  <Button
                    tone="danger"
                    icon={UserRoundMinus}
                    onPress={() => actions.onOffboard(user)}
                  >
                    {t('offboard')}
                  </Button>
                  <Button tone="danger" icon={UserRoundX} onPress={() => setClosing(user)}>
                    {t('deactivate')}
                  </Button>
                </>
              ) : (
                <Button
                  icon={UserRoundCheck}
                  isPending={change.isPending}
                  onPress={() =>
                    change.mutate({
                      path: `/users/${user.id}/activate`,
                      done: t('activated', { name: user.name }),
                    })
                  }
                >
                  {t('activate')}
                </Button>
              ))}
            {canAudit && (
              <Link
                className="btn q"
                to="/people/$section"
                params={{ section: 'audit' }}
                search={{ user: user.id }}
              >
                <Icon of={ScrollText} />
                {t('auditOf')}
              </Link>
            )}
          </div>
        </Part>
      )}
      {closing && <DeactivateDialog user={closing} onClose={() => setClosing(undefined)} />}
    </>
  )
}

export function PersonPage({ id }: { id: string }) {
  const t = usePeopleTexts()
  const users = useUserList()
  const user = users.data?.find((each) => each.id === id)
  return (
    <>
      <Crumb section="users" label={t('users')} />
      {user ? (
        <Known user={user} />
      ) : users.isError ? (
        <ErrorState error={users.error} onRetry={() => void users.refetch()} />
      ) : users.isPending ? (
        <Skeleton height={240} />
      ) : (
        <EmptyState title={t('noSuchPerson')} />
      )}
    </>
  )
}
