// Who may do what: permissions down, roles across, and what each role sees of the customers.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Fragment } from 'react'
import { api } from '@/session/api'
import { problemText } from '@/session/errors'
import { roleName } from '@/session/roles'
import { usePermission } from '@/session/session'
import { Part } from '@/shell/sections'
import { Checkbox, SelectField } from '@/ui/field'
import { ErrorState, Skeleton } from '@/ui/states'
import { toast } from '@/ui/toasts'
import type { Permission, Role, Visibility } from '@/wire/records'
import { useRoleList } from './queries'
import { usePeopleTexts } from './texts'

const groups: readonly {
  title: 'groupBoards' | 'groupCustomers' | 'groupWork' | 'groupPeople'
  permissions: readonly Permission[]
}[] = [
  {
    title: 'groupBoards',
    permissions: [
      'boards.view',
      'boards.manage',
      'cards.create',
      'cards.edit',
      'cards.move',
      'cards.archive',
    ],
  },
  {
    title: 'groupCustomers',
    permissions: [
      'customers.view',
      'customers.create',
      'customers.edit',
      'customers.merge',
      'customers.archive',
      'customers.import',
      'customers.export',
      'leads.create',
    ],
  },
  {
    title: 'groupWork',
    permissions: [
      'agenda.view',
      'agenda.edit',
      'agenda.manage',
      'activities.manage',
      'reports.view',
      'views.share',
    ],
  },
  {
    title: 'groupPeople',
    permissions: [
      'users.view',
      'users.manage',
      'roles.manage',
      'keys.manage',
      'tenant.manage',
      'rules.manage',
      'webhooks.manage',
      'audit.view',
    ],
  },
]

export function RolesSection() {
  const t = usePeopleTexts()
  const canManage = usePermission('roles.manage')
  const roles = useRoleList()
  const queries = useQueryClient()
  const save = useMutation({
    mutationFn: ({
      key,
      ...change
    }: {
      key: string
      permissions?: Permission[]
      visibility?: Visibility
    }) => api.patch<Role>(`/roles/${key}`, change),
    onMutate: ({ key, ...change }) => {
      const before = queries.getQueryData<Role[]>(['roles'])
      queries.setQueryData<Role[]>(['roles'], (all) =>
        all?.map((role) => (role.key === key ? { ...role, ...change } : role)),
      )
      return before
    },
    onSuccess: () => toast(t('saved'), { key: 'roles' }),
    onError: (error, _, before) => {
      queries.setQueryData(['roles'], before)
      toast(problemText(error))
    },
  })
  if (roles.isError) return <ErrorState error={roles.error} onRetry={() => void roles.refetch()} />
  if (!roles.data) return <Skeleton height={280} />
  const all = roles.data
  const locked = (role: Role) => !canManage || role.key === 'admin'
  const toggle = (role: Role, permission: Permission, on: boolean) =>
    save.mutate({
      key: role.key,
      permissions: on
        ? [...role.permissions, permission]
        : role.permissions.filter((each) => each !== permission),
    })
  return (
    <Part title={t('roles')} lead={t('rolesLead')}>
      <section className="matrix-scroll scroll" tabIndex={0} aria-label={t('roles')}>
        <table className="matrix">
          <thead>
            <tr>
              <th scope="col">{t('permission')}</th>
              {all.map((role) => (
                <th key={role.key} scope="col">
                  {roleName(role.key, all)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">{t('visibility')}</th>
              {all.map((role) => (
                <td key={role.key}>
                  <SelectField
                    label={`${t('visibility')}: ${roleName(role.key, all)}`}
                    hideLabel
                    isDisabled={locked(role)}
                    options={[
                      { id: 'own', label: t('own') },
                      { id: 'team', label: t('ownTeam') },
                      { id: 'all', label: t('all') },
                    ]}
                    value={role.visibility}
                    onChange={(visibility) => save.mutate({ key: role.key, visibility })}
                  />
                </td>
              ))}
            </tr>
            {groups.map((group) => (
              <Fragment key={group.title}>
                <tr className="group">
                  <th scope="colgroup" colSpan={all.length + 1}>
                    {t(group.title)}
                  </th>
                </tr>
                {group.permissions.map((permission) => (
                  <tr key={permission}>
                    <th scope="row">{t(`p.${permission}`)}</th>
                    {all.map((role) => (
                      <td key={role.key}>
                        <Checkbox
                          label={`${roleName(role.key, all)}: ${t(`p.${permission}`)}`}
                          hideLabel
                          isSelected={role.permissions.includes(permission)}
                          isDisabled={locked(role)}
                          onChange={(on) => toggle(role, permission, on)}
                        />
                      </td>
                    ))}
                  </tr>
                ))}
              </Fragment>
            ))}
          </tbody>
        </table>
      </section>
      <p className="sm t3 mt-3">{t('fixed')}</p>
    </Part>
  )
}
