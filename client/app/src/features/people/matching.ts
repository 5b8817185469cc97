// Which colleagues the filters of the list leave.
import { compareNames, fold } from '@/i18n/fold'
import type { Team, User } from '@/wire/records'
import type { PeopleSearch } from './search'

export const NONE = 'none'

/** Those who are here first, then by name. `team` may be a department: `d:<id>`. */
export function matching(
  users: readonly User[],
  teams: readonly Team[],
  { q, role, team, state }: PeopleSearch,
): User[] {
  const words = fold(q ?? '').split(' ')
  const department = team?.startsWith('d:') ? team.slice(2) : undefined
  const inDepartment = new Set(
    teams.filter((each) => each.department_id === department).map((each) => each.id),
  )
  return users
    .filter((user) => {
      const text = fold(`${user.name} ${user.email}`)
      if (!words.every((word) => text.includes(word))) return false
      if (role && user.role !== role) return false
      if (state && user.active !== (state === 'active')) return false
      if (team === NONE) return user.team_id === null
      if (department) return user.team_id !== null && inDepartment.has(user.team_id)
      return !team || user.team_id === team
    })
    .sort((a, b) => Number(b.active) - Number(a.active) || compareNames(a.name, b.name))
}

export const isNarrowed = ({ q, role, team, state }: PeopleSearch): boolean =>
  Boolean(q || role || team || state)
