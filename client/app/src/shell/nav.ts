// The places of the rail and of the phone's tabs. A feature adds one line.
import { type LucideIcon, Settings2, SquareKanban, UserRoundCog, Users } from 'lucide-react'
import type { Permission } from '@/wire/records'

export interface Place {
  to: string
  text: 'boards' | 'customers' | 'people' | 'settings'
  icon: LucideIcon
  needs?: Permission
  /** Below the gap at the end of the rail. */
  end?: boolean
}

export const places: readonly Place[] = [
  { to: '/boards', text: 'boards', icon: SquareKanban, needs: 'boards.view' },
  { to: '/customers', text: 'customers', icon: Users, needs: 'customers.view' },
  { to: '/people', text: 'people', icon: UserRoundCog, needs: 'users.view' },
  { to: '/settings', text: 'settings', icon: Settings2, end: true },
]
