import { afterAll, beforeEach, expect, test } from 'vitest'
import { setLocale } from '@/i18n'
import { setTimeZone } from '@/i18n/format'
import type { AuditLine } from '@/wire/leaving'
import { difference, earlierQuery } from './difference'
import { auditQuery, chosenGroups, groups } from './search'
import { type AuditNames, auditSentence } from './sentences'

const people: Record<string, string> = { a: 'Ayşe Yılmaz', m: 'Mehmet Çelik' }
const names: AuditNames = {
  user: (id) => people[id] ?? 'Eski kullanıcı',
  role: (key, name) => ({ sales: 'Satış' })[key] ?? name ?? key,
}
const line = (kind: string, change: Partial<AuditLine> = {}): AuditLine => ({
  id: kind,
  at: '2026-11-21T12:00:00.000Z',
  by: 'a',
  kind,
  user: null,
  d: {},
  address: null,
  ...change,
})
const said = (each: AuditLine) => {
  const { who, text } = auditSentence(each, names)
  return who ? `${who} ${text}` : text
}

/** Everything the server records. */
const kinds = [
  'session.opened',
  'session.refused',
  'session.locked',
  'session.reused',
  'session.revoked',
  'password.changed',
  'user.invited',
  'user.joined',
  'user.updated',
  'user.deactivated',
  'user.activated',
  'invitation.revoked',
  'role.created',
  'role.updated',
  'role.removed',
  'team.created',
  'team.updated',
  'team.removed',
  'department.created',
  'department.updated',
  'department.removed',
  'tenant.updated',
  'customer.exported',
  'offboarding.started',
  'offboarding.finished',
  'offboarding.reverted',
  'rule.saved',
  'rule.removed',
  'webhook.saved',
  'webhook.removed',
  'connection.saved',
  'connection.removed',
  'channel.saved',
  'channel.removed',
  'bulk.started',
  'api_key.created',
  'api_key.revoked',
  'sight.used',
  'audit.exported',
]

beforeEach(() => setLocale('tr'))
afterAll(() => setTimeZone(undefined))

test('every recorded kind has a sentence of its own, in both languages, and a group', () => {
  const prefixes = Object.values(groups).flat() as string[]
  for (const locale of ['tr', 'en'] as const) {
    setLocale(locale)
    for (const kind of kinds) {
      const text = said(line(kind, { user: 'm' }))
      expect(text, kind).not.toContain(kind)
      expect(text, kind).not.toContain('{{')
    }
  }
  for (const kind of kinds)
    expect(prefixes.some((each) => each === kind || kind.startsWith(`${each}.`))).toBe(true)
})

test('who did what to whom', () => {
  expect(said(line('user.deactivated', { d: { user: { name: 'Mehmet Çelik' } } }))).toBe(
    'Ayşe Yılmaz erişimi kapattı: Mehmet Çelik',
  )
  expect(said(line('sight.used', { user: 'm' }))).toBe(
    'Ayşe Yılmaz bir çalışanın gözüyle baktı: Mehmet Çelik',
  )
  expect(said(line('role.updated', { d: { role: { key: 'sales', name: 'x' } } }))).toBe(
    'Ayşe Yılmaz rolü değiştirdi: Satış',
  )
  expect(said(line('role.removed', { d: { key: 'bayi' } }))).toBe('Ayşe Yılmaz rolü sildi: bayi')
  expect(said(line('user.joined', { by: 'system', user: 'm' }))).toBe('Mehmet Çelik ekibe katıldı')
  expect(said(line('session.revoked', { by: 'm', user: 'm' }))).toBe(
    'Mehmet Çelik bir cihazında oturumu kapattı',
  )
  expect(said(line('customer.exported', { d: { count: 1200 } }))).toBe(
    'Ayşe Yılmaz 1.200 müşteriyi dışa aktardı',
  )
  expect(said(line('bulk.started', { d: { bulk: { total: 40, action: { do: 'tag' } } } }))).toBe(
    'Ayşe Yılmaz 40 müşteride toplu işlem başlattı: etiket',
  )
  expect(said(line('rule.saved', { by: 'key:1', d: { rule: { name: 'Karşılama' } } }))).toBe(
    'API anahtarı kuralı kaydetti: Karşılama',
  )
})

test('what nobody has proved to have done stands alone, and stands out', () => {
  const refused = auditSentence(line('session.refused', { by: null, user: 'm' }), names)
  expect(refused).toMatchObject({
    who: null,
    grave: true,
    text: 'Yanlış parola denendi: Mehmet Çelik',
  })
})

test('a kind that is newer than this client is still a line', () => {
  expect(said(line('drive.shared', { d: {} }))).toBe('Ayşe Yılmaz bir işlem yaptı: drive.shared')
})

test('what a role or a user was before', () => {
  const role = (permissions: string[], customers = 'all') => ({
    role: {
      key: 'sales',
      name: 'Satış',
      permissions,
      visibility: customers,
      scopes: { customers, agenda: 'all', reports: 'all' },
      builtin: true,
    },
  })
  const now = line('role.updated', { d: role(['boards.view', 'cards.move'], 'own') })
  const was = [
    line('role.created', { d: { role: { key: 'bayi', permissions: [] } } }),
    line('role.updated', { d: role(['boards.view', 'customers.view']) }),
  ]
  expect(difference(now, was)).toEqual({
    permissions: { added: ['cards.move'], removed: ['customers.view'] },
    scopes: [{ module: 'customers', from: 'all', to: 'own' }],
  })
  expect(difference(now, [])).toEqual({})
  const user = (change: object) => ({
    user: { id: 'm', name: 'M', role: 'sales', team_id: null, ...change },
  })
  expect(
    difference(line('user.updated', { user: 'm', d: user({ role: 'manager', team_id: 't' }) }), [
      line('user.joined', { d: user({}) }),
    ]),
  ).toEqual({ role: { from: 'sales', to: 'manager' }, team: { from: null, to: 't' } })
  expect(earlierQuery(line('session.opened'))).toBeUndefined()
  expect(earlierQuery(line('user.updated', { user: 'm' }))).toMatchObject({
    kind: 'user',
    user: 'm',
  })
})

test('a day of the filter is the whole day of the house', () => {
  setTimeZone('Europe/Istanbul')
  expect(auditQuery({ kind: 'sight,evil,role', from: '2026-11-20', to: '2026-11-21' })).toEqual({
    kind: 'sight,role',
    from: '2026-11-19T21:00:00.000Z',
    to: '2026-11-21T21:00:00.000Z',
  })
  expect(auditQuery({})).toEqual({})
  expect(chosenGroups('data,x')).toEqual(['data'])
})
