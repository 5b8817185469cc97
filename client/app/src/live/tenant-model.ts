// Topics `tenant` and `me`: people, roles, teams, boards, custom fields, and what I may do.
import type { Ev } from '@/wire/frames'
import type {
  Board,
  CustomField,
  Department,
  Permission,
  Role,
  Team,
  Tenant,
  User,
  Visibility,
} from '@/wire/records'
import { registerModel, type TopicModel } from './model'
import type { Writer } from './tables'

interface TenantSnapshot {
  users?: User[]
  teams?: Team[]
  departments?: Department[]
  roles?: Role[]
  boards?: Board[]
  custom_fields?: CustomField[]
  tenant?: Tenant
}

const putAll = <T extends { id: string }>(to: Writer, table: string, rows: T[] = []) => {
  for (const row of rows) to.put(table, row.id, row)
}

function event(to: Writer, { op, d, at }: Ev): void {
  const body = d as Record<string, unknown>
  switch (op) {
    case 'user.joined':
    case 'user.updated':
    case 'user.deactivated':
    case 'user.activated': {
      const user = body.user as User
      to.put('users', user.id, user)
      return
    }
    case 'role.created':
    case 'role.updated': {
      const role = body.role as Role
      to.put('roles', role.key, role)
      return
    }
    case 'role.removed':
      to.remove('roles', body.key as string)
      return
    case 'department.created':
    case 'department.updated': {
      const department = body.department as Department
      to.put('departments', department.id, department)
      return
    }
    case 'department.removed':
      to.remove('departments', body.id as string)
      return
    case 'team.created':
    case 'team.updated': {
      const team = body.team as Team
      to.put('teams', team.id, team)
      return
    }
    case 'team.removed':
      to.remove('teams', body.id as string)
      return
    case 'tenant.updated':
      to.put('tenant', 'self', body.tenant as Tenant)
      return
    case 'custom_field.saved': {
      const field = body.custom_field as CustomField
      to.put('custom_fields', field.id, field)
      return
    }
    case 'custom_field.removed':
      to.remove('custom_fields', body.id as string)
      return
    case 'board.created': {
      const board = body.board as Board
      to.put('boards', board.id, board)
      return
    }
    case 'board.renamed':
    case 'board.archived':
    case 'board.restored': {
      const id = body.board as string
      const board = to.get<Board>('boards', id)
      if (!board) return
      if (op === 'board.renamed') to.put('boards', id, { ...board, name: body.name as string })
      else to.put('boards', id, { ...board, archived_at: op === 'board.archived' ? at : null })
    }
  }
}

const tenantModel: TopicModel = {
  version: 4,
  snapshot(to, d: TenantSnapshot) {
    putAll(to, 'users', d.users)
    putAll(to, 'teams', d.teams)
    putAll(to, 'departments', d.departments)
    putAll(to, 'boards', d.boards)
    putAll(to, 'custom_fields', d.custom_fields)
    for (const role of d.roles ?? []) to.put('roles', role.key, role)
    if (d.tenant) to.put('tenant', 'self', d.tenant)
  },
  event,
}

export interface MyAccess {
  user?: User
  permissions?: Permission[]
  visibility?: Visibility
}

const meModel: TopicModel = {
  version: 3,
  snapshot(to, d: MyAccess) {
    // Later parts of a long snapshot do not say who I am.
    if (!d.user) return
    const { user, permissions, visibility } = d
    to.put('me', 'self', {
      user,
      ...(permissions ? { permissions } : {}),
      ...(visibility ? { visibility } : {}),
    } satisfies MyAccess)
  },
  event(to, { op, d }) {
    const now = to.get<MyAccess>('me', 'self') ?? {}
    if (op === 'me.updated' || op === 'access.changed')
      to.put('me', 'self', { ...now, ...(d as MyAccess) })
  },
}

registerModel('tenant', tenantModel)
registerModel('me', meModel)
