import { expect, test } from 'vitest'
import type { Team, User } from '@/wire/records'
import { matching } from './matching'

const user = (name: string, change: Partial<User> = {}): User => ({
  id: name,
  name,
  email: `${name.length}@ornek.example`,
  role: 'sales',
  team_id: null,
  locale: 'tr',
  active: true,
  created_at: '',
  last_seen_at: null,
  ...change,
})
const teams: Team[] = [
  { id: 't1', name: 'Bursa', department_id: 'd1' },
  { id: 't2', name: 'İzmir', department_id: null },
]
const people = [
  user('Zeynep', { team_id: 't1' }),
  user('Çağrı', { active: false }),
  user('Işık', { role: 'manager', team_id: 't2' }),
]
const names = (search: Parameters<typeof matching>[2]) =>
  matching(people, teams, search).map((each) => each.name)

test('those who left come last, the others by name as a Turk sorts', () => {
  expect(names({})).toEqual(['Işık', 'Zeynep', 'Çağrı'])
})

test('a name is found however it is typed', () => {
  expect(names({ q: 'isik' })).toEqual(['Işık'])
  expect(names({ q: 'CAGRI ornek' })).toEqual(['Çağrı'])
  expect(names({ q: 'yok' })).toEqual([])
})

test('role, team, department, state', () => {
  expect(names({ role: 'manager' })).toEqual(['Işık'])
  expect(names({ team: 't1' })).toEqual(['Zeynep'])
  expect(names({ team: 'd:d1' })).toEqual(['Zeynep'])
  expect(names({ team: 'none' })).toEqual(['Çağrı'])
  expect(names({ state: 'closed' })).toEqual(['Çağrı'])
  expect(names({ state: 'active', role: 'sales' })).toEqual(['Zeynep'])
})
