// One role: how much it sees, what it may do, module by module, and who has it. Every change counts
// at once, on open screens as well, and can be taken back from the toast.
import { Link, useNavigate } from '@tanstack/react-router'
import { Pencil, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { Radio, RadioGroup } from 'react-aria-components'
import { compareNames } from '@/i18n/fold'
import { roleName } from '@/session/roles'
import { usePermission, useSignedIn } from '@/session/session'
import { Part } from '@/shell/sections'
import { Avatar } from '@/ui/avatar'
import { Button } from '@/ui/button'
import { Chip } from '@/ui/chip'
import { Dialog, FormButtons } from '@/ui/dialog'
import { Checkbox, TextField } from '@/ui/field'
import { EmptyState, ErrorState, Skeleton } from '@/ui/states'
import type { Role, Scopes, User, Visibility } from '@/wire/records'
import { useRoleChange } from './changes'
import { Crumb } from './crumb'
import { usePermissionTexts } from './permission-texts'
import { type PermissionGroup, permissionGroups, seesMore, toggled } from './permissions'
import { useRoleList, useUserList } from './queries'
import { RemoveRole } from './remove-role'
import { sees } from './scope-text'
import { usePeopleTexts } from './texts'

const visibilities: readonly Visibility[] = ['own', 'team', 'all']

function ScopeChoice({
  module,
  value,
  isDisabled,
  widest,
  onChange,
}: {
  module: keyof Scopes
  value: Visibility
  isDisabled: boolean
  /** Nobody gives a wider sight than his own. */
  widest: Visibility
  onChange: (value: Visibility) => void
}) {
  const t = usePeopleTexts()
  return (
    <RadioGroup
      className="seg-choice"
      aria-label={`${t('seesWhat')}: ${t(`module.${module}`)}`}
      value={value}
      isDisabled={isDisabled}
      onChange={(next) => onChange(next as Visibility)}
    >
      {visibilities.map((each) => (
        <Radio
          key={each}
          value={each}
          isDisabled={visibilities.indexOf(each) > visibilities.indexOf(widest)}
        >
          {sees(each)}
        </Radio>
      ))}
    </RadioGroup>
  )
}

function Group({
  group,
  role,
  own,
  locked,
}: {
  group: PermissionGroup
  role: Role
  own: Role | undefined
  locked: boolean
}) {
  const t = usePeopleTexts()
  const p = usePermissionTexts()
  const mine = useSignedIn().permissions
  const save = useRoleChange()
  const { scope } = group
  return (
    <section className="rights-group">
      <header>
        <div>
          <h3>{p(`g.${group.id}`)}</h3>
          {scope && <span className="sm t3">{t(`about.${scope}.${role.scopes[scope]}`)}</span>}
        </div>
        {scope && (
          <ScopeChoice
            module={scope}
            value={role.scopes[scope]}
            isDisabled={locked}
            widest={own?.scopes[scope] ?? 'all'}
            onChange={(next) => save.mutate({ role, change: { scopes: { [scope]: next } } })}
          />
        )}
      </header>
      <ul>
        {group.permissions.map((permission) => {
          const has = role.permissions.includes(permission)
          // Nobody gives what he has not.
          const beyond = !has && !mine.has(permission)
          return (
            <li key={permission}>
              <Checkbox
                label={p(`p.${permission}`)}
                hideLabel
                isSelected={has}
                isDisabled={locked || beyond}
                onChange={(on) =>
                  save.mutate({
                    role,
                    change: { permissions: toggled(role.permissions, permission, on) },
                  })
                }
              />
              <div>
                <span className={has ? 'name' : 'name t2'}>{p(`p.${permission}`)}</span>
                <span className="sm t3">
                  {beyond && !locked ? t('beyond') : p(`a.${permission}`)}
                </span>
              </div>
            </li>
          )
        })}
      </ul>
    </section>
  )
}

function Rename({ role, onClose }: { role: Role; onClose: () => void }) {
  const t = usePeopleTexts()
  const save = useRoleChange()
  const [name, setName] = useState(role.name)
  return (
    <Dialog
      isOpen
      title={t('rename')}
      onClose={onClose}
      keepOpen={name !== role.name}
      onSubmit={() => {
        const next = name.trim()
        if (!next) return
        if (next !== role.name) save.mutate({ role, change: { name: next } })
        onClose()
      }}
      footer={<FormButtons onCancel={onClose} />}
    >
      <TextField
        label={t('roleName')}
        value={name}
        onChange={setName}
        error={name.trim() ? undefined : t('required')}
        maxLength={120}
        autoFocus
      />
    </Dialog>
  )
}

function Has({ people, role }: { people: readonly User[]; role: Role }) {
  const t = usePeopleTexts()
  const teamless = people.filter((user) => user.active && user.team_id === null)
  const usesTeams = Object.values(role.scopes).includes('team')
  return (
    <Part title={t('whoHas')} lead={t('whoHasLead', { count: people.length })}>
      {usesTeams && teamless.length > 0 && (
        <p className="sm t2 mb-2">
          {t('teamlessOf', { names: teamless.map((user) => user.name).join(', ') })}
        </p>
      )}
      <ul className="lines">
        {[...people]
          .sort((a, b) => Number(b.active) - Number(a.active) || compareNames(a.name, b.name))
          .map((user) => (
            <li key={user.id}>
              <Avatar person={user} size="m" />
              <div className="names">
                <Link
                  className="font-semibold"
                  to="/people/$section/$item"
                  params={{ section: 'users', item: user.id }}
                  search={{}}
                >
                  {user.name}
                </Link>
                <span className="sm t3">{user.email}</span>
              </div>
              {!user.active && <Chip>{t('inactive')}</Chip>}
            </li>
          ))}
      </ul>
    </Part>
  )
}

function Known({ role, roles }: { role: Role; roles: readonly Role[] }) {
  const t = usePeopleTexts()
  const navigate = useNavigate()
  const canManage = usePermission('roles.manage')
  const me = useSignedIn()
  const mine = me.permissions
  const users = useUserList().data ?? []
  const [renaming, setRenaming] = useState(false)
  const [removing, setRemoving] = useState(false)
  const people = users.filter((user) => user.role === role.key)
  const isAdmin = role.key === 'admin'
  // Nobody changes what may or sees more than he.
  const own = roles.find(({ key }) => key === me.user.role)
  const above = role.permissions.some((each) => !mine.has(each)) || seesMore(role, own)
  const locked = !canManage || isAdmin || above
  return (
    <>
      <Part
        title={roleName(role.key, roles)}
        lead={
          isAdmin
            ? t('fixed')
            : above && canManage
              ? t('aboveYou')
              : canManage
                ? t('roleLead')
                : t('roleReadOnly')
        }
        action={
          canManage &&
          !role.builtin && (
            <span className="row">
              <Button icon={Pencil} onPress={() => setRenaming(true)}>
                {t('rename')}
              </Button>
              <Button
                tone="danger"
                icon={Trash2}
                isDisabled={above}
                onPress={() => setRemoving(true)}
              >
                {t('removeRole')}
              </Button>
            </span>
          )
        }
      >
        <div className="rights-groups">
          {permissionGroups.map((group) => (
            <Group key={group.id} group={group} role={role} own={own} locked={locked} />
          ))}
        </div>
      </Part>
      {people.length > 0 ? (
        <Has people={people} role={role} />
      ) : (
        <Part title={t('whoHas')} lead={t('nobodyHas')}>
          {null}
        </Part>
      )}
      {renaming && <Rename role={role} onClose={() => setRenaming(false)} />}
      {removing && (
        <RemoveRole
          role={role}
          roles={roles}
          people={people}
          onClose={() => setRemoving(false)}
          onRemoved={() =>
            void navigate({
              to: '/people/$section',
              params: { section: 'roles' },
              search: {},
              replace: true,
            })
          }
        />
      )}
    </>
  )
}

export function RolePage({ id }: { id: string }) {
  const t = usePeopleTexts()
  const read = useRoleList()
  const role = read.data?.find((each) => each.key === id)
  return (
    <>
      <Crumb section="roles" label={t('roles')} />
      {role && read.data ? (
        <Known role={role} roles={read.data} />
      ) : read.isError ? (
        <ErrorState error={read.error} onRetry={() => void read.refetch()} />
      ) : read.isFetching ? (
        <Skeleton height={280} />
      ) : (
        <EmptyState title={t('noSuchRole')} />
      )}
    </>
  )
}
