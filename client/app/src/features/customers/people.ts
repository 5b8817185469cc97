// Colleagues by id, from the tenant's topic.
import { useMemo } from 'react'
import { common } from '@/i18n/common'
import { compareNames } from '@/i18n/fold'
import { useUsers } from '@/live/hooks'
import type { User } from '@/wire/records'

export interface People {
  /** Those who can be chosen, by name. */
  active: readonly User[]
  of: (id: string) => { id: string; name: string }
}

export function usePeople(): People {
  const users = useUsers()
  return useMemo(() => {
    const byId = new Map(users.map((user) => [user.id as string, user]))
    return {
      active: users.filter((user) => user.active).sort((a, b) => compareNames(a.name, b.name)),
      of: (id) => byId.get(id) ?? { id, name: common('unknownUser') },
    }
  }, [users])
}
