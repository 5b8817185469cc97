// The filter of the audit, as it stands in the address and as the server is asked.
import { dayAt, fromWall } from '@/i18n/local-time'

/** Kinds that a reader thinks of together; what the server is asked for each. */
export const groups = {
  sign_in: ['session.opened', 'session.refused', 'session.locked', 'session.reused'],
  session: ['session.revoked', 'password'],
  user: ['user', 'invitation'],
  role: ['role'],
  team: ['team', 'department'],
  offboarding: ['offboarding'],
  sight: ['sight'],
  data: ['customer.exported', 'audit.exported', 'bulk'],
  key: ['api_key', 'webhook', 'connection', 'channel'],
  rule: ['rule'],
  tenant: ['tenant'],
} as const satisfies Record<string, readonly string[]>

export type Group = keyof typeof groups
export const groupIds = Object.keys(groups) as Group[]

export interface AuditSearch {
  kind?: string
  by?: string
  user?: string
  /** Days, both included: 2026-11-21. */
  from?: string
  to?: string
}

export const chosenGroups = (kind: string | undefined): Group[] =>
  (kind ?? '').split(',').filter((id): id is Group => id in groups)

export const isFiltered = (search: AuditSearch): boolean =>
  Boolean(search.kind || search.by || search.user || search.from || search.to)

/** The query of `GET /audit` and of the file. */
export function auditQuery(search: AuditSearch): Record<string, string> {
  const kinds = chosenGroups(search.kind).flatMap((group) => groups[group])
  const from = search.from && fromWall(search.from)
  const last = search.to && fromWall(search.to)
  // The day itself belongs to it: the server's `to` is the first moment that does not. Noon is on
  // the same day whatever the clock does that night.
  const to = last && dayAt(new Date(last.getTime() + 12 * 3_600_000), 1, 0)
  return {
    ...(kinds.length > 0 ? { kind: kinds.join(',') } : {}),
    ...(search.by ? { by: search.by } : {}),
    ...(search.user ? { user: search.user } : {}),
    ...(from ? { from: from.toISOString() } : {}),
    ...(to ? { to: to.toISOString() } : {}),
  }
}
