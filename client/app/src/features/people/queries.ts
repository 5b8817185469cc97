// Reads of the administration screens; the tenant's events make them fresh again.
import { useQuery } from '@tanstack/react-query'
import { api } from '@/session/api'
import type { Sight } from '@/wire/leaving'
import type { Department, DeviceSession, Invitation, Page, Role, Team, User } from '@/wire/records'

export const all =
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
export const useInvitations = (enabled = true) =>
  useQuery({ queryKey: ['invitations'], queryFn: all<Invitation>('/users/invitations'), enabled })
export const useRoleList = () => useQuery({ queryKey: ['roles'], queryFn: all<Role>('/roles') })
export const useTeamList = () => useQuery({ queryKey: ['teams'], queryFn: all<Team>('/teams') })
export const useDepartmentList = () =>
  useQuery({ queryKey: ['departments'], queryFn: all<Department>('/departments') })

/** What a colleague would see; for those who manage people. */
export const useSight = (user: string, enabled = true) =>
  useQuery({
    queryKey: ['sight', user],
    queryFn: () => api.get<Sight>(`/users/${user}/sight`),
    enabled,
  })

/** Where a colleague is signed in. */
export const useDevicesOf = (user: string, enabled = true) =>
  useQuery({
    queryKey: ['devices', user],
    queryFn: async () => (await api.get<Page<DeviceSession>>(`/users/${user}/sessions`)).items,
    enabled,
  })
