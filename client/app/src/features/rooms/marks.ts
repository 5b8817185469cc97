// What `me` says of my rooms, for the numbers beside them. Part of the start; the rest of the chat is
// loaded when somebody looks at it.
import { extendModel } from '@/live/model'
import type { Instant } from '@/wire/records'
import type { Mine, Muted } from '@/wire/rooms'

/** `last` was the room's latest message when it was counted. */
export type Mark = Mine & { at: Instant; last: number }

extendModel('me', {
  event(to, { op, d, at }) {
    const { room_id, mine, last, muted } = d as {
      room_id: string
      mine?: Mine
      last?: number
      muted?: Muted
    }
    if (op === 'room.marked') to.put('marks', room_id, { ...mine, last, at })
    if (op === 'room.muted') to.put('mutes', room_id, { muted })
  },
})
