// The administration screens read over HTTP; the tenant's events say when to read again.
import { useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { useTenantTopic, useTopicEvents } from '@/live/hooks'
import type { Ev } from '@/wire/frames'

const stale: readonly [prefix: string, keys: readonly string[]][] = [
  ['user.', ['users', 'invitations', 'sight', 'devices']],
  ['invitation.', ['invitations']],
  ['role.', ['roles', 'sight']],
  ['team.', ['teams', 'users', 'sight']],
  ['department.', ['departments', 'teams']],
  ['tenant.', ['tenant']],
  ['custom_field.', ['custom-fields']],
]

export function useTenantRefresh(): void {
  const queries = useQueryClient()
  const listener = useCallback(
    (ev: Ev) => {
      for (const [prefix, keys] of stale) {
        if (!ev.op.startsWith(prefix)) continue
        for (const key of keys) void queries.invalidateQueries({ queryKey: [key] })
      }
    },
    [queries],
  )
  // Events are only heard of topics that somebody subscribes to.
  useTenantTopic()
  useTopicEvents('tenant', listener)
}
