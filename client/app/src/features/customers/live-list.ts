// The tenant's events keep the lists true: rows are changed in place, what may have come or gone
// by a filter is read again, at most once a second.
import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useTenantTopic, useTopicEvents } from '@/live/hooks'
import type { Ev } from '@/wire/frames'
import type { Customer } from '@/wire/records'
import { addToNewest, patchLists } from './queries'

const REREAD_AFTER_MS = 1000
const GLOW_MS = 2000
const MARK_MS = 8000
const AT_ONCE = 5

interface Body {
  customer?: Customer | string
  winner?: Customer
  loser?: Customer | string
}

/** Rows that somebody else changed just now: 0 glows, 1 is a quiet mark. */
export type Fresh = ReadonlyMap<string, 0 | 1>

export function useLiveList(me: string): Fresh {
  const queries = useQueryClient()
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const [fresh, setFresh] = useState<Fresh>(new Map())
  useEffect(() => () => clearTimeout(timer.current), [])

  const mark = useCallback((id: string) => {
    const put = (level: 0 | 1 | undefined) =>
      setFresh((now) => {
        if (level === 0 && now.size >= AT_ONCE) return now
        const next = new Map(now)
        if (level === undefined) next.delete(id)
        else next.set(id, level)
        return next
      })
    put(0)
    setTimeout(() => put(1), GLOW_MS)
    setTimeout(() => put(undefined), MARK_MS)
  }, [])

  const listener = useCallback(
    ({ op, d, by }: Ev) => {
      if (!op.startsWith('customer.')) return
      const body = d as Body
      const rereadSoon = () => {
        timer.current ??= setTimeout(() => {
          timer.current = undefined
          void queries.invalidateQueries({ queryKey: ['customers'] })
          void queries.invalidateQueries({ queryKey: ['tags'] })
        }, REREAD_AFTER_MS)
      }
      const record = typeof body.customer === 'object' ? body.customer : body.winner
      const id = record?.id ?? (typeof body.customer === 'string' ? body.customer : undefined)
      if (id && by !== me) mark(id)
      switch (op) {
        case 'customer.created':
          if (record) addToNewest(queries, record)
          rereadSoon()
          return
        case 'customer.updated':
          if (record) patchLists(queries, new Set([record.id]), () => record)
          return
        case 'customer.archived':
          if (id) patchLists(queries, new Set([id]), () => null)
          rereadSoon()
          return
        case 'customer.merged':
          if (typeof body.loser === 'string') patchLists(queries, new Set([body.loser]), () => null)
          if (record) patchLists(queries, new Set([record.id]), () => record)
          return
        default:
          rereadSoon()
      }
    },
    [queries, me, mark],
  )
  // Events are only heard of topics that somebody subscribes to.
  useTenantTopic()
  useTopicEvents('tenant', listener)
  return fresh
}
