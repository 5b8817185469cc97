// Reads of the administration screens; the tenant's events make them fresh again.
import { useQuery } from '@tanstack/react-query'
import { api } from '@/session/api'
import type { Invitation, Page, Role, Team, User } from '@/wire/records'

const all =
  <T>(path: string) =>
  async (): Promise<T[]> => {
    const found: T[] = []
    let cursor: string | null = null
    do {
      const page: Page<T> = await api.get<Page<T>>(path, { limit: 200, cursor })
      found.push(...page.items)
      cursor = page.next_cursor
    } while (cursor)
    return found
  }

export const useUserList = () => useQuery({ queryKey: ['users'], queryFn: all<User>('/users') })
export const useInvitations = () =>
  useQuery({ queryKey: ['invitations'], queryFn: all<Invitation>('/users/invitations') })
export const useRoleList = () => useQuery({ queryKey: ['roles'], queryFn: all<Role>('/roles') })
export const useTeamList = () => useQuery({ queryKey: ['teams'], queryFn: all<Team>('/teams') })
