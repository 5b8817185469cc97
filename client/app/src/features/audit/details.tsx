// What a line holds beyond its sentence: where from, on which device, and what changed.
import { permissionName } from '@/features/people/permission-texts'
import { modules } from '@/features/people/scope-text'
import { deviceName } from '@/features/settings/device'
import { dateTime, number } from '@/i18n/format'
import { roleName } from '@/session/roles'
import type { AuditLine, Offboarding } from '@/wire/leaving'
import type { Invitation, Permission, Role, Team, User } from '@/wire/records'
import { difference } from './difference'
import { useEarlier } from './queries'
import { useAuditTexts } from './texts'

type Row = readonly [label: string, value: string]

const object = <T,>(value: unknown): T | undefined =>
  typeof value === 'object' && value !== null ? (value as T) : undefined

export function Details({
  line,
  roles,
  teams,
}: {
  line: AuditLine
  roles: readonly Role[]
  teams: readonly Team[]
}) {
  const t = useAuditTexts()
  const earlier = useEarlier(line)
  const changed = difference(line, earlier.data ?? [])
  const { d } = line
  const rows: Row[] = [[t('when'), dateTime(new Date(line.at))]]
  const add = (label: string, value: string | null | undefined | false) => {
    if (value) rows.push([label, value])
  }
  const arrow = (from: string, to: string) => `${from} → ${to}`
  const teamName = (id: string | null) =>
    id === null ? t('noTeam') : (teams.find((team) => team.id === id)?.name ?? t('noTeam'))
  const permissions = (list: readonly Permission[]) => list.map(permissionName).join(', ')

  if (changed.name) add(t('name'), arrow(changed.name.from, changed.name.to))
  if (changed.role)
    add(t('role'), arrow(roleName(changed.role.from, roles), roleName(changed.role.to, roles)))
  if (changed.team) add(t('team'), arrow(teamName(changed.team.from), teamName(changed.team.to)))
  for (const { module, from, to } of changed.scopes ?? [])
    add(t(`scope.${module}`), arrow(t(`sees.${from as 'own'}`), t(`sees.${to as 'own'}`)))
  if (changed.permissions) {
    add(t('added'), permissions(changed.permissions.added))
    add(t('removed'), permissions(changed.permissions.removed))
  }

  const user = object<User>(d.user)
  const person = user ?? object<Invitation>(d.invitation)
  if (person) {
    add(t('email'), person.email)
    if (!changed.role) add(t('role'), roleName(person.role, roles))
    if (!changed.team && person.team_id) add(t('team'), teamName(person.team_id))
  }
  const role = object<Role>(d.role)
  if (role && !changed.permissions) {
    if (line.kind === 'role.created') add(t('permissions'), permissions(role.permissions))
    else add(t('permissions'), number(role.permissions.length))
    if (!changed.scopes)
      for (const module of modules) add(t(`scope.${module}`), t(`sees.${role.scopes[module]}`))
  }
  if (Array.isArray(d.permissions))
    add(t('permissions'), permissions(d.permissions as Permission[]))
  if (d.access === 'everybody' || d.access === 'user' || d.access === 'nobody')
    add(t('affects'), t(`affects.${d.access}`))
  const leaving = object<Offboarding>(d.offboarding)
  if (leaving) {
    add(t('customers'), number(leaving.counts.customers))
    if (leaving.kept > 0) add(t('kept'), number(leaving.kept))
  }
  if (typeof d.count === 'number') add(t('count'), number(d.count))
  if (typeof d.filtered === 'boolean') add(t('filtered'), t(d.filtered ? 'yes' : 'no'))
  if (typeof d.until === 'string') add(t('until'), dateTime(new Date(d.until)))
  if (typeof d.user_agent === 'string') add(t('device'), deviceName(d.user_agent) ?? d.user_agent)
  add(t('address'), line.address)
  add(t('recordedAs'), line.kind)

  return (
    <dl className="audit-details">
      {rows.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
