// The journal keeps what something became; what it was stands in an earlier line.
import type { AuditLine } from '@/wire/leaving'
import type { Permission, Role, Scopes, User } from '@/wire/records'

const CHANGES = new Set(['user.updated', 'role.updated'])

const roleOf = (line: AuditLine): Role | undefined => line.d.role as Role | undefined
const userOf = (line: AuditLine): User | undefined => {
  const user = line.d.user
  return typeof user === 'object' && user !== null ? (user as User) : undefined
}

/** What to ask for, to find the earlier line; undefined where there is no such question. */
export function earlierQuery(line: AuditLine): Record<string, string | number> | undefined {
  if (!CHANGES.has(line.kind)) return undefined
  const { at: to } = line
  if (line.kind === 'user.updated' && line.user)
    return { kind: 'user', user: line.user, to, limit: 20 }
  return { kind: 'role', to, limit: 100 }
}

export interface Difference {
  permissions?: { added: Permission[]; removed: Permission[] }
  scopes?: { module: keyof Scopes; from: string; to: string }[]
  role?: { from: string; to: string }
  team?: { from: string | null; to: string | null }
  name?: { from: string; to: string }
}

const without = <T>(all: readonly T[], gone: readonly T[]) => all.filter((x) => !gone.includes(x))

function ofRole(now: Role, was: Role): Difference {
  const found: Difference = {}
  const added = without(now.permissions, was.permissions)
  const removed = without(was.permissions, now.permissions)
  if (added.length + removed.length > 0) found.permissions = { added, removed }
  const modules = ['customers', 'agenda', 'reports'] as const
  const scopes = modules
    .map((module) => ({ module, from: was.scopes?.[module], to: now.scopes?.[module] }))
    .filter((each): each is { module: keyof Scopes; from: 'own'; to: 'own' } =>
      Boolean(each.from && each.to && each.from !== each.to),
    )
  if (scopes.length > 0) found.scopes = scopes
  if (was.name !== now.name) found.name = { from: was.name, to: now.name }
  return found
}

function ofUser(now: User, was: User): Difference {
  const found: Difference = {}
  if (was.role !== now.role) found.role = { from: was.role, to: now.role }
  if (was.team_id !== now.team_id) found.team = { from: was.team_id, to: now.team_id }
  if (was.name !== now.name) found.name = { from: was.name, to: now.name }
  return found
}

/** What a line changed, as far as the lines before it tell. */
export function difference(line: AuditLine, earlier: readonly AuditLine[]): Difference {
  const role = roleOf(line)
  if (line.kind === 'role.updated' && role) {
    const before = earlier.map(roleOf).find((each) => each?.key === role.key)
    return before ? ofRole(role, before) : {}
  }
  const user = userOf(line)
  if (line.kind === 'user.updated' && user) {
    const before = earlier.map(userOf).find((each) => each?.id === user.id)
    return before ? ofUser(user, before) : {}
  }
  return {}
}
