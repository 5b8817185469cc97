import { expect, test } from 'vitest'
import type { Permission, Scopes, Visibility } from '@/wire/records'
import { permissionTexts } from './permission-texts'
import { allPermissions, covers, givable, toggled } from './permissions'
import { peopleSearch } from './search'

test('every permission stands in one group, with a name and a meaning', () => {
  expect(new Set(allPermissions).size).toBe(allPermissions.length)
  expect(allPermissions).toHaveLength(31)
  for (const permission of allPermissions) {
    expect(permissionTexts(`p.${permission}`)).not.toContain('p.')
    expect(permissionTexts(`a.${permission}`)).not.toContain('a.')
  }
})

test('doing brings seeing, and not seeing takes doing away', () => {
  expect(toggled([], 'cards.move', true).sort()).toEqual(['boards.view', 'cards.move'])
  const all: Permission[] = ['boards.view', 'cards.move', 'boards.manage', 'customers.view']
  expect(toggled(all, 'boards.view', false)).toEqual(['customers.view'])
  expect(toggled(all, 'cards.move', false)).toEqual([
    'boards.view',
    'boards.manage',
    'customers.view',
  ])
})

test('the address keeps what the pages know, and nothing else', () => {
  expect(peopleSearch({ q: 532, role: 'sales', evil: 'x', team: '', from: ['a'] })).toEqual({
    q: '532',
    role: 'sales',
  })
})

const every = (visibility: Visibility): Scopes => ({
  customers: visibility,
  agenda: visibility,
  reports: visibility,
})

test('only roles within one’s own rights and sight are offered, and the one somebody has', () => {
  const roles: { key: string; permissions: Permission[]; scopes: Scopes }[] = [
    { key: 'admin', permissions: ['users.manage', 'tenant.manage'], scopes: every('all') },
    { key: 'manager', permissions: ['users.manage'], scopes: every('team') },
    { key: 'sales', permissions: [], scopes: every('team') },
    { key: 'operations', permissions: [], scopes: { ...every('own'), reports: 'all' } },
  ]
  const permissions = new Set<Permission>(['users.manage'])
  const me = { permissions, user: { role: 'manager' } }
  const keys = (now?: string) => givable(roles, me, now).map(({ key }) => key)
  expect(keys()).toEqual(['manager', 'sales'])
  expect(keys('admin')).toEqual(['admin', 'manager', 'sales'])
  expect(keys('operations')).toEqual(['manager', 'sales', 'operations'])
  expect(covers(permissions, roles[0])).toBe(false)
  expect(covers(permissions, roles[1])).toBe(true)
})
