// Ties the realtime engine to the signed-in user, and what the server says about that user to the
// session.
// What features keep on the topics of everybody must be known before those topics are opened.
import '@/features/activities/model'
import '@/features/notifications/model'
import '@/features/reminders/model'
import '@/features/rooms/marks'
import '@/features/views/model'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useRow, useTopic } from '@/live/hooks'
import { outdated, ownEngine, startLive } from '@/live/live'
import { useObservable } from '@/live/observable'
import type { MyAccess } from '@/live/tenant-model'
import { session, useOwner } from '@/session/session'
import type { Tenant } from '@/wire/records'

export function LiveSession() {
  const { user, tenant } = useOwner()
  // A new engine only for another person, not for a changed name.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the ids say who it is
  useEffect(() => startLive({ user, tenant }), [user.id, tenant.id])

  const queries = useQueryClient()
  const times = useObservable(outdated)
  useEffect(() => {
    if (times === 0) return
    queries.removeQueries({ type: 'inactive' })
    void queries.invalidateQueries()
  }, [times, queries])

  const access = useRow<MyAccess>(useTopic('me', ownEngine), 'me', 'self')
  useEffect(() => {
    if (!access) return
    session.update({
      ...(access.user ? { user: access.user } : {}),
      ...(access.permissions ? { permissions: new Set(access.permissions) } : {}),
      ...(access.visibility ? { visibility: access.visibility } : {}),
    })
  }, [access])

  const live = useRow<Tenant>(useTopic('tenant', ownEngine), 'tenant', 'self')
  useEffect(() => {
    if (live) session.update({ tenant: live })
  }, [live])
  return null
}
