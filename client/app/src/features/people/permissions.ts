// Permissions as a person thinks of them: module by module, the reading one first.
import type { Permission, Role, Scopes } from '@/wire/records'

export interface PermissionGroup {
  id: 'boards' | 'customers' | 'agenda' | 'chat' | 'reports' | 'house'
  permissions: readonly Permission[]
  /** The module whose sight belongs here. */
  scope?: keyof Scopes
}

export const permissionGroups: readonly PermissionGroup[] = [
  {
    id: 'customers',
    scope: 'customers',
    permissions: [
      'customers.view',
      'customers.create',
      'customers.edit',
      'customers.archive',
      'customers.merge',
      'customers.import',
      'customers.export',
      'leads.create',
    ],
  },
  {
    id: 'boards',
    permissions: [
      'boards.view',
      'cards.create',
      'cards.edit',
      'cards.move',
      'cards.archive',
      'boards.manage',
    ],
  },
  {
    id: 'agenda',
    scope: 'agenda',
    permissions: ['agenda.view', 'agenda.edit', 'agenda.manage'],
  },
  {
    id: 'chat',
    permissions: ['chat.use', 'chat.manage'],
  },
  {
    id: 'reports',
    scope: 'reports',
    permissions: ['reports.view', 'views.share'],
  },
  {
    id: 'house',
    permissions: [
      'users.view',
      'users.manage',
      'roles.manage',
      'audit.view',
      'activities.manage',
      'rules.manage',
      'webhooks.manage',
      'channels.manage',
      'keys.manage',
      'tenant.manage',
    ],
  },
]

export const allPermissions: readonly Permission[] = permissionGroups.flatMap(
  (group) => group.permissions,
)

/** Doing something with what cannot be seen makes no sense: the one brings the other. */
const needs: Partial<Record<Permission, Permission>> = {
  'customers.create': 'customers.view',
  'customers.edit': 'customers.view',
  'customers.archive': 'customers.view',
  'customers.merge': 'customers.view',
  'customers.import': 'customers.view',
  'customers.export': 'customers.view',
  'cards.create': 'boards.view',
  'cards.edit': 'boards.view',
  'cards.move': 'boards.view',
  'cards.archive': 'boards.view',
  'boards.manage': 'boards.view',
  'agenda.edit': 'agenda.view',
  'agenda.manage': 'agenda.view',
  'users.manage': 'users.view',
  'chat.manage': 'chat.use',
}

/** The permissions after one was given or taken, with those that go with it. */
export function toggled(
  now: readonly Permission[],
  permission: Permission,
  on: boolean,
): Permission[] {
  const next = new Set(now)
  if (on) {
    next.add(permission)
    const needed = needs[permission]
    if (needed) next.add(needed)
  } else {
    next.delete(permission)
    for (const [each, needed] of Object.entries(needs))
      if (needed === permission) next.delete(each as Permission)
  }
  return [...next]
}

type Rights = Pick<Role, 'key' | 'permissions'>

/** Nobody gives what he has not, and nobody takes from somebody who has more. */
export const covers = (mine: ReadonlySet<Permission>, role: Rights | undefined): boolean =>
  role?.permissions.every((each) => mine.has(each)) ?? true

const WIDTH = { own: 0, team: 1, all: 2 } as const
type Shows = Pick<Role, 'scopes'>

/** Whether a role sees more than another one somewhere. */
export const seesMore = (role: Shows, than: Shows | undefined): boolean =>
  than !== undefined &&
  (['customers', 'agenda', 'reports'] as const).some(
    (module) => WIDTH[role.scopes[module]] > WIDTH[than.scopes[module]],
  )

interface Giver {
  permissions: ReadonlySet<Permission>
  user: { role: string }
}

/** The roles that can be given, none that may or sees more than one's own; and the one somebody has. */
export const givable = <R extends Rights & Shows>(
  roles: readonly R[],
  { permissions, user }: Giver,
  now?: string,
): R[] => {
  const own = roles.find(({ key }) => key === user.role)
  return roles.filter(
    (role) => role.key === now || (covers(permissions, role) && !seesMore(role, own)),
  )
}
