// The places of the rail and of the phone's tabs. A feature adds one line.
import {
  CalendarDays,
  ListTodo,
  type LucideIcon,
  MessageCircle,
  Settings2,
  SquareKanban,
  UserRoundCog,
  Users,
} from 'lucide-react'
import type { Permission } from '@/wire/records'

export interface Place {
  to: string
  text: 'boards' | 'today' | 'agenda' | 'customers' | 'chat' | 'people' | 'settings'
  icon: LucideIcon
  needs?: Permission
  /** The keys after `g`, in Turkish and in English; both always work. */
  go: readonly [tr: string, en: string]
  /** A number beside it. */
  badge?: 'work' | 'chat'
  /** Below the gap at the end of the rail. */
  end?: boolean
  /** Can be looked at with a colleague's eyes. */
  seen?: boolean
}

export const places: readonly Place[] = [
  {
    to: '/boards',
    text: 'boards',
    icon: SquareKanban,
    needs: 'boards.view',
    go: ['p', 'b'],
    seen: true,
  },
  { to: '/today', text: 'today', icon: ListTodo, badge: 'work', go: ['i', 'w'] },
  { to: '/agenda', text: 'agenda', icon: CalendarDays, needs: 'agenda.view', go: ['a', 'a'] },
  {
    to: '/customers',
    text: 'customers',
    icon: Users,
    needs: 'customers.view',
    go: ['m', 'c'],
    seen: true,
  },
  {
    to: '/chat',
    text: 'chat',
    icon: MessageCircle,
    needs: 'chat.use',
    badge: 'chat',
    go: ['k', 'h'],
  },
  { to: '/people', text: 'people', icon: UserRoundCog, needs: 'users.view', go: ['e', 't'] },
  { to: '/settings', text: 'settings', icon: Settings2, end: true, go: ['y', 's'] },
]

export const placesFor = (
  permissions: ReadonlySet<Permission>,
  withBorrowedEyes: boolean,
): readonly Place[] =>
  places.filter(
    (place) =>
      (!place.needs || permissions.has(place.needs)) && (!withBorrowedEyes || place.seen === true),
  )

/** Where somebody begins who names no place: not everybody may see the boards. */
export const firstPlace = (
  permissions: ReadonlySet<Permission>,
  withBorrowedEyes: boolean,
): string => placesFor(permissions, withBorrowedEyes)[0]?.to ?? '/settings'
