// The roles of the house: what each sees, who has it; below, all of them beside each other.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Check, Plus } from 'lucide-react'
import { Fragment, useState } from 'react'
import { useCreateCommand } from '@/commands'
import { api } from '@/session/api'
import { fieldErrors, problemText } from '@/session/errors'
import { hasFailed } from '@/session/reads'
import { roleName } from '@/session/roles'
import { usePermission } from '@/session/session'
import { Part } from '@/shell/sections'
import { AvatarStack } from '@/ui/avatar'
import { Button } from '@/ui/button'
import { Chip } from '@/ui/chip'
import { Dialog, FormButtons } from '@/ui/dialog'
import { SelectField, TextField } from '@/ui/field'
import { Icon } from '@/ui/icon'
import { ErrorState, Skeleton } from '@/ui/states'
import type { Role } from '@/wire/records'
import { usePermissionTexts } from './permission-texts'
import { permissionGroups } from './permissions'
import { useRoleList, useUserList } from './queries'
import { scopeText, sees } from './scope-text'
import { usePeopleTexts } from './texts'

const NOTHING = 'nothing'
const BUILTIN = ['admin', 'manager', 'sales', 'operations']

/** The house's own after those that every house has. */
export const inOrder = (roles: readonly Role[]): Role[] =>
  [...roles].sort((a, b) => {
    const place = (role: Role) => (role.builtin ? BUILTIN.indexOf(role.key) : BUILTIN.length)
    return place(a) - place(b) || a.name.localeCompare(b.name, 'tr')
  })

function NewRole({ roles, onClose }: { roles: readonly Role[]; onClose: () => void }) {
  const t = usePeopleTexts()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [name, setName] = useState('')
  const [from, setFrom] = useState('sales')
  const [missing, setMissing] = useState(false)
  const make = useMutation({
    mutationFn: () =>
      api.post<Role>('/roles', { name: name.trim(), ...(from === NOTHING ? {} : { from }) }),
    onSuccess: (role) => {
      queries.setQueryData<Role[]>(['roles'], (all) => all && [...all, role])
      void queries.invalidateQueries({ queryKey: ['roles'] })
      onClose()
      void navigate({
        to: '/people/$section/$item',
        params: { section: 'roles', item: role.key },
        search: {},
      })
    },
  })
  const errors = fieldErrors(make.error)
  return (
    <Dialog
      isOpen
      title={t('newRole')}
      onClose={onClose}
      keepOpen={name !== ''}
      onSubmit={() => (name.trim() ? make.mutate() : setMissing(true))}
      footer={
        <FormButtons onCancel={onClose} action={t('createRole')} isPending={make.isPending} />
      }
    >
      <TextField
        label={t('roleName')}
        value={name}
        onChange={setName}
        error={missing && !name.trim() ? t('required') : errors.name}
        maxLength={120}
        autoFocus
      />
      <SelectField
        label={t('likeRole')}
        hint={t('likeRoleHint')}
        options={[
          ...roles.map((each) => ({ id: each.key, label: roleName(each.key, roles) })),
          { id: NOTHING, label: t('likeNothing') },
        ]}
        value={from}
        onChange={setFrom}
      />
      {make.error && !errors.name && (
        <p className="ferr" role="alert">
          {problemText(make.error)}
        </p>
      )}
    </Dialog>
  )
}

function Compare({ roles }: { roles: readonly Role[] }) {
  const t = usePeopleTexts()
  const p = usePermissionTexts()
  return (
    <Part title={t('compare')} lead={t('compareLead')}>
      <section className="matrix-scroll scroll" tabIndex={0} aria-label={t('compare')}>
        <table className="matrix" style={{ minWidth: 170 + roles.length * 112 }}>
          <thead>
            <tr>
              <th scope="col">{t('permission')}</th>
              {roles.map((role) => (
                <th key={role.key} scope="col">
                  {roleName(role.key, roles)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {permissionGroups.map((group) => {
              const { scope } = group
              return (
                <Fragment key={group.id}>
                  <tr className="group">
                    <th scope="colgroup" colSpan={roles.length + 1}>
                      {p(`g.${group.id}`)}
                    </th>
                  </tr>
                  {scope && (
                    <tr>
                      <th scope="row">{t('seesWhat')}</th>
                      {roles.map((role) => (
                        <td key={role.key} className="sm t2">
                          {sees(role.scopes[scope])}
                        </td>
                      ))}
                    </tr>
                  )}
                  {group.permissions.map((permission) => (
                    <tr key={permission}>
                      <th scope="row">{p(`p.${permission}`)}</th>
                      {roles.map((role) => (
                        <td key={role.key}>
                          {role.permissions.includes(permission) ? (
                            <span className="has">
                              <Icon of={Check} />
                              <span className="vh">{t('has')}</span>
                            </span>
                          ) : (
                            <span className="t3">
                              <span aria-hidden="true">–</span>
                              <span className="vh">{t('hasNot')}</span>
                            </span>
                          )}
                        </td>
                      ))}
                    </tr>
                  ))}
                </Fragment>
              )
            })}
          </tbody>
        </table>
      </section>
    </Part>
  )
}

export function RolesSection() {
  const t = usePeopleTexts()
  const canManage = usePermission('roles.manage')
  const read = useRoleList()
  const users = useUserList().data ?? []
  const [making, setMaking] = useState(false)
  useCreateCommand(t('roles'), 'people.role', t('newRole'), canManage && (() => setMaking(true)))
  if (hasFailed(read)) return <ErrorState error={read.error} onRetry={() => void read.refetch()} />
  if (!read.data) return <Skeleton height={280} />
  const roles = inOrder(read.data)
  return (
    <>
      <Part
        title={t('roles')}
        lead={t('rolesLead')}
        action={
          canManage && (
            <Button tone="primary" icon={Plus} onPress={() => setMaking(true)}>
              {t('newRole')}
            </Button>
          )
        }
      >
        <ul className="lines">
          {roles.map((role) => {
            const people = users.filter((user) => user.role === role.key && user.active)
            return (
              <li key={role.key} className="role-row">
                <div className="names">
                  <span>
                    <Link
                      className="font-semibold"
                      to="/people/$section/$item"
                      params={{ section: 'roles', item: role.key }}
                      search={{}}
                    >
                      {roleName(role.key, roles)}
                    </Link>{' '}
                    {!role.builtin && <Chip tone="accent">{t('ownRole')}</Chip>}
                  </span>
                  <span className="sm t3">{scopeText(role.scopes)}</span>
                </div>
                <span className="sm t3 num count">
                  {t('permissionCount', { count: role.permissions.length })}
                </span>
                <span className="who-has">
                  {people.length > 0 ? (
                    <AvatarStack people={people} max={4} />
                  ) : (
                    <span className="sm t3">{t('nobodyHas')}</span>
                  )}
                </span>
              </li>
            )
          })}
        </ul>
      </Part>
      <Compare roles={roles} />
      {making && <NewRole roles={roles} onClose={() => setMaking(false)} />}
    </>
  )
}
