// What `me` says of my rooms, for the numbers beside them. Part of the start; the rest of the chat is
// loaded when somebody looks at it.
import { extendModel } from '@/live/model'
import type { Instant } from '@/wire/records'
import type { Mine, Muted } from '@/wire/rooms'

export type Mark = Mine & { at: Instant }

extendModel('me', {
  event(to, { op, d, at }) {
    const { room_id, mine, muted } = d as { room_id: string; mine?: Mine; muted?: Muted }
    if (op === 'room.marked') to.put('marks', room_id, { ...mine, at })
    if (op === 'room.muted') to.put('mutes', room_id, { muted })
  },
})
