// What colleagues and strangers changed just now, for a moment's mark.
import { useCallback } from 'react'
import { Freshness } from '@/features/boards/freshness'
import { useTopicEvents } from '@/live/hooks'
import { useSignedIn } from '@/session/session'
import type { Appointment } from '@/wire/agenda'
import type { Ev } from '@/wire/frames'
import { AGENDA } from './model'

export const changes = new Freshness()

export function useChanges(): void {
  const me = useSignedIn().user.id
  const listener = useCallback(
    ({ op, by, d }: Ev) => {
      const of = (d as { appointment?: Appointment }).appointment
      if (of && op.startsWith('appointment.') && by !== me) changes.mark(of.id, by, false)
    },
    [me],
  )
  useTopicEvents(AGENDA, listener)
}
