// Messages that the server did not take. They are on the disk until somebody sends or discards them.
import { useMemo } from 'react'
import { engine } from '@/live/live'
import { useDerived } from '@/live/observable'
import type { OutboxRow } from '@/live/outbox'
import { liveStatus } from '@/live/status'
import { roomOf } from './model'

const parked = (): readonly OutboxRow[] =>
  (engine.get()?.parked ?? []).filter((row) => row.op === 'message.send')

/** By room. */
export function useFailed(): ReadonlyMap<string, readonly OutboxRow[]> {
  const ids = useDerived(liveStatus, () =>
    parked()
      .map((row) => row.id)
      .join(),
  )
  return useMemo(() => {
    void ids
    const byRoom = new Map<string, OutboxRow[]>()
    for (const row of parked()) {
      const room = roomOf(row.topic)
      byRoom.set(room, [...(byRoom.get(room) ?? []), row])
    }
    return byRoom
  }, [ids])
}
