// The messages of a room: the latest live, older ones and those around a place read as one comes near.
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useRow, useRows, useTopicEvents } from '@/live/hooks'
import type { Subscription } from '@/live/subscription'
import { api } from '@/session/api'
import type { Ev } from '@/wire/frames'
import type { Message, MessagePage, Room } from '@/wire/rooms'
import { messageAfter, SELF, type ThreadMessage } from './model'
import { run } from './thread-rows'

const PAGE = 50
type Where = 'before' | 'after' | 'around'

export interface History {
  messages: readonly ThreadMessage[]
  hasOlder: boolean
  /** Between these and the latest something was not read. */
  hasNewer: boolean
  isReading: boolean
  error: unknown
  older: () => void
  newer: () => void
  /** Shows the messages around a number; null shows the latest. */
  show: (n: number | null) => void
}

export function useHistory(room: string, topic: Subscription | undefined): History {
  const live = useRows<ThreadMessage>(topic, 'messages')
  const last = useRow<Room>(topic, 'room', SELF)?.last ?? 0
  const [read, setRead] = useState<ReadonlyMap<string, Message>>(new Map())
  const [place, setPlace] = useState<number | null>(null)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const asking = useRef(false)

  // Read over HTTP: what happens to them meanwhile is told on the topic.
  const listener = useCallback((ev: Ev) => {
    if (!ev.op.startsWith('message.') || ev.op === 'message.sent') return
    setRead((now) => {
      const changed = [...now.values()].filter((each) => messageAfter(each, ev) !== each)
      if (changed.length === 0) return now
      const next = new Map(now)
      for (const each of changed) next.set(each.id, messageAfter(each, ev))
      return next
    })
  }, [])
  useTopicEvents(`room:${room}`, listener)

  const messages = useMemo(() => {
    const all = new Map<string, ThreadMessage>(read)
    for (const each of live) all.set(each.id, each)
    return run(all.values(), place)
  }, [read, live, place])
  const first = messages[0]?.n ?? 0
  const end = messages.at(-1)?.n ?? 0

  const ask = useCallback(
    async (where: Where, n: number) => {
      if (asking.current) return
      asking.current = true
      setBusy(true)
      setError(undefined)
      try {
        const query = { [where]: n, limit: PAGE }
        const page = await api.get<MessagePage>(`/rooms/${room}/messages`, query)
        setRead((now) => {
          const next = new Map(now)
          for (const each of page.items) next.set(each.id, each)
          return next
        })
      } catch (why) {
        setError(why)
      } finally {
        asking.current = false
        setBusy(false)
      }
    },
    [room],
  )

  // Another snapshot: what was read before it may have changed since.
  const ready = topic?.topic.ready === true
  const known = useRef<Subscription | undefined>(undefined)
  useEffect(() => {
    if (!topic || !ready) return
    known.current = topic
    return topic.onTable('messages', (ids) => {
      if (ids === null) setRead(new Map())
    })
  }, [topic, ready])

  const show = useCallback(
    (n: number | null) => {
      setPlace(n)
      if (n === null || n > last) return
      const isHere =
        live.some((each) => each.n === n) || [...read.values()].some((each) => each.n === n)
      if (!isHere) void ask('around', n)
    },
    [live, read, last, ask],
  )
  return {
    messages,
    hasOlder: first > 1,
    hasNewer: end < last,
    isReading: busy,
    error,
    older: useCallback(() => void (first > 1 && ask('before', first)), [first, ask]),
    newer: useCallback(() => void (end < last && ask('after', end)), [end, last, ask]),
    show,
  }
}
