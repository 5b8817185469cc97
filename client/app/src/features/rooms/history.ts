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
type Known = ReadonlyMap<string, Message>

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

/** A page on its way: what is told meanwhile may be newer than what it brings. */
interface Asked {
  abort: AbortController
  heard: Ev[]
}

/** What was read, over what is known; of two versions the later one. */
export function merged(known: Known, page: readonly Message[], heard: readonly Ev[]): Known {
  const next = new Map(known)
  for (const each of page) {
    const read = heard.reduce<Message>(messageAfter, each)
    const before = known.get(read.id)
    next.set(read.id, before && before.version > read.version ? before : read)
  }
  return next
}

export function useHistory(room: string, topic: Subscription | undefined): History {
  const live = useRows<ThreadMessage>(topic, 'messages')
  const last = useRow<Room>(topic, 'room', SELF)?.last ?? 0
  const [read, setRead] = useState<Known>(new Map())
  const [place, setPlace] = useState<number | null>(null)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const asked = useRef<Asked>(undefined)
  const wanted = useRef<number | null>(null)

  // Read over HTTP: what happens to them meanwhile is told on the topic.
  const listener = useCallback((ev: Ev) => {
    if (!ev.op.startsWith('message.') || ev.op === 'message.sent') return
    asked.current?.heard.push(ev)
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
      // What lies near can wait; where somebody wants to go cannot.
      if (asked.current && where !== 'around') return
      asked.current?.abort.abort()
      const mine: Asked = { abort: new AbortController(), heard: [] }
      asked.current = mine
      setBusy(true)
      setError(undefined)
      try {
        const path = `/rooms/${room}/messages`
        const query = { [where]: n, limit: PAGE }
        const page = await api.get<MessagePage>(path, query, mine.abort.signal)
        if (asked.current === mine) setRead((now) => merged(now, page.items, mine.heard))
      } catch (why) {
        if (asked.current === mine) setError(why)
      } finally {
        if (asked.current === mine) {
          asked.current = undefined
          setBusy(false)
        }
      }
    },
    [room],
  )
  useEffect(
    () => () => {
      asked.current?.abort.abort()
      asked.current = undefined
    },
    [],
  )

  // Another snapshot: what was read before it, or is on its way, may have changed since.
  const ready = topic?.topic.ready === true
  useEffect(() => {
    if (!topic || !ready) return
    return topic.onTable('messages', (ids) => {
      if (ids !== null) return
      asked.current?.abort.abort()
      asked.current = undefined
      setBusy(false)
      setRead(new Map())
      const n = wanted.current
      const isHere = topic.list<Message>('messages').some((each) => each.n === n)
      if (n !== null && !isHere) void ask('around', n)
    })
  }, [topic, ready, ask])

  const show = useCallback(
    (n: number | null) => {
      setPlace(n)
      wanted.current = n !== null && n <= last ? n : null
      if (wanted.current === null || n === null) return
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
