// One line of the audit as a sentence: who, and what they did. Names that a line does not carry come
// from the reader's own lists.
import type { AuditLine } from '@/wire/leaving'
import { auditSentences as t } from './sentence-texts'

export interface AuditNames {
  user: (id: string) => string
  /** The key, and the name the line itself carries. */
  role: (key: string, name?: string) => string
}

export interface AuditSentence {
  /** Null where nobody had proved who they were: the text then stands alone. */
  who: string | null
  /** The acting person, for the picture. */
  person: string | null
  text: string
  /** Somebody should have a look. */
  grave: boolean
}

const GRAVE = new Set(['session.refused', 'session.locked', 'session.reused'])

type Data = Record<string, unknown>
const record = (value: unknown): Data =>
  typeof value === 'object' && value !== null ? (value as Data) : {}
const said = (value: unknown): string => (typeof value === 'string' ? value : '')

export function authorOf(by: string | null, names: AuditNames): string | null {
  if (by === null) return null
  if (by === 'system') return t('system')
  if (by.startsWith('key:')) return t('key')
  if (by.startsWith('rule:')) return t('rule')
  return names.user(by)
}

const isPerson = (by: string | null): by is string =>
  by !== null && by !== 'system' && !by.includes(':')

/** Whom or what it is about. */
function aboutOf(line: AuditLine, names: AuditNames): string {
  const { d } = line
  switch (line.kind.split('.')[0]) {
    case 'user': {
      const invitation = record(d.invitation)
      return said(invitation.name) || said(record(d.user).name) || named(line, names)
    }
    case 'role': {
      const role = record(d.role)
      const key = said(role.key) || said(d.key)
      return names.role(key, said(role.name) || undefined)
    }
    case 'team':
      return said(record(d.team).name)
    case 'department':
      return said(record(d.department).name)
    case 'rule':
      return said(record(d.rule).name)
    case 'webhook':
      return said(record(d.webhook).host) || said(record(d.webhook).url)
    case 'connection':
      return said(record(d.connection).name)
    case 'channel':
      return said(record(d.channel).name)
    case 'api_key':
      return said(d.name)
    case 'bulk':
      return bulkName(record(record(d.bulk).action))
    default:
      return named(line, names)
  }
}

const named = (line: AuditLine, names: AuditNames) => (line.user ? names.user(line.user) : '')

function bulkName(action: Data): string {
  switch (action.do) {
    case 'assign':
    case 'tag':
    case 'move':
    case 'archive':
    case 'restore':
      return t(`do.${action.do}`)
    default:
      return said(action.do)
  }
}

type Plain = Exclude<Parameters<typeof t>[0], `bulk.${string}` | 'customer.exported'>

/** The key of a line's text where it depends on more than its kind. */
function variant(line: AuditLine): string {
  const own = line.by !== null && line.by === line.user
  switch (line.kind) {
    case 'session.revoked':
      return own || line.by === 'system' ? line.kind : 'session.revoked.other'
    case 'password.changed':
      return line.d.by_link ? 'password.changed.link' : line.kind
    case 'user.joined':
      return own || !isPerson(line.by) ? line.kind : 'user.joined.other'
    case 'user.updated':
      return own ? 'user.updated.self' : line.kind
    case 'customer.exported':
      return typeof line.d.customer === 'string' ? 'customer.exported.story' : line.kind
    default:
      return line.kind
  }
}

const known = (key: string): key is Plain => (t as (key: string) => string)(key) !== key

export function auditSentence(line: AuditLine, names: AuditNames): AuditSentence {
  const about = aboutOf(line, names)
  const key = variant(line)
  // Who joined, or signed in by the server's hand, did it themselves.
  const self = line.by === 'system' && line.user && /^(user\.joined|session\.)/.test(line.kind)
  const by = self ? line.user : line.by
  const text =
    key === 'customer.exported'
      ? t(key, { count: Number(line.d.count ?? 0) })
      : key === 'bulk.started'
        ? t(key, { count: Number(record(line.d.bulk).total ?? 0), about })
        : known(key)
          ? (t as (key: Plain, params: Data) => string)(key, { about })
          : t('other', { about: about || line.kind })
  return {
    who: GRAVE.has(line.kind) ? null : (authorOf(by, names) ?? t('nobody')),
    person: isPerson(by) ? by : null,
    text,
    grave: GRAVE.has(line.kind),
  }
}
