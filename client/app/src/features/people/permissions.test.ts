import { expect, test } from 'vitest'
import type { Permission } from '@/wire/records'
import { permissionTexts } from './permission-texts'
import { allPermissions, covers, givable, toggled } from './permissions'
import { peopleSearch } from './search'

test('every permission stands in one group, with a name and a meaning', () => {
  expect(new Set(allPermissions).size).toBe(allPermissions.length)
  expect(allPermissions).toHaveLength(28)
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

test('only roles within one’s own rights are offered, and the one somebody has', () => {
  const roles: { key: string; permissions: Permission[] }[] = [
    { key: 'admin', permissions: ['users.manage', 'tenant.manage'] },
    { key: 'manager', permissions: ['users.manage'] },
    { key: 'sales', permissions: [] },
  ]
  const mine = new Set<Permission>(['users.manage'])
  const keys = (now?: string) => givable(roles, mine, now).map(({ key }) => key)
  expect(keys()).toEqual(['manager', 'sales'])
  expect(keys('admin')).toEqual(['admin', 'manager', 'sales'])
  expect(covers(mine, roles[0])).toBe(false)
  expect(covers(mine, roles[1])).toBe(true)
})
