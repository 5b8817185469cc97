// The tenant's activity types, and how they look.
import type { LucideIcon } from 'lucide-react'
import {
  Banknote,
  CalendarDays,
  CircleDot,
  FileText,
  Handshake,
  Mail,
  MapPin,
  MessageCircle,
  Phone,
  RefreshCcw,
  Star,
  UserPlus,
  UserX,
  Video,
} from 'lucide-react'
import { useMemo } from 'react'
import { useRows, useTenantTopic } from '@/live/hooks'
import type { ActivityType, Outcome } from '@/wire/work'

const icons = {
  circle: CircleDot,
  inbox: UserPlus,
  phone: Phone,
  calendar: CalendarDays,
  wallet: Banknote,
  trophy: Handshake,
  'user-x': UserX,
  rotate: RefreshCcw,
  mail: Mail,
  message: MessageCircle,
  video: Video,
  file: FileText,
  'map-pin': MapPin,
  star: Star,
} satisfies Record<string, LucideIcon>
type IconName = keyof typeof icons
export const iconNames = Object.keys(icons) as readonly IconName[]
export const iconOf = (name: string | undefined): LucideIcon =>
  icons[(name ?? '') as IconName] ?? CircleDot

const byPosition = (a: { position: number }, b: { position: number }) => a.position - b.position

export interface Types {
  /** Those that can be chosen, in order. */
  live: readonly ActivityType[]
  all: readonly ActivityType[]
  of: (id: string) => ActivityType | undefined
  outcome: (id: string | null) => Outcome | undefined
}

export function useActivityTypes(): Types {
  const rows = useRows<ActivityType>(useTenantTopic(), 'activity_types')
  return useMemo(() => {
    const all = [...rows].sort(byPosition)
    const byId = new Map(all.map((type) => [type.id, type]))
    const outcomes = new Map(all.flatMap((type) => type.outcomes).map((each) => [each.id, each]))
    return {
      all,
      live: all.filter((type) => !type.archived_at),
      of: (id) => byId.get(id),
      outcome: (id) => (id ? outcomes.get(id) : undefined),
    }
  }, [rows])
}

export const liveOutcomes = (type: ActivityType | undefined): Outcome[] =>
  (type?.outcomes ?? []).filter((each) => !each.archived_at).sort(byPosition)
