// Customers for the palette, asked for while the reader types.
import { useEffect, useState } from 'react'
import { api } from '@/session/api'
import type { Customer, Page } from '@/wire/records'

export interface FoundCustomer {
  id: string
  name: string
  detail: string
}
interface Answer {
  customers: readonly FoundCustomer[]
  searching: boolean
  failed: boolean
}

const PAUSE_MS = 120
const MOST = 8
const none: Answer = { customers: [], searching: false, failed: false }

export function useFoundCustomers(typed: string): Answer {
  const q = typed.trim()
  const [answer, setAnswer] = useState<Answer>(none)
  useEffect(() => {
    if (q.length < 2) {
      setAnswer(none)
      return
    }
    const abort = new AbortController()
    setAnswer((now) => ({ ...now, searching: true, failed: false }))
    const timer = setTimeout(() => {
      api
        .get<Page<Customer>>('/customers', { q, limit: MOST }, abort.signal)
        .then(({ items }) => {
          const customers = items.map((c) => ({
            id: c.id,
            name: c.name || (c.phones[0]?.display ?? c.emails[0]?.display ?? ''),
            detail: [c.company, c.phones[0]?.display].filter(Boolean).join(' · '),
          }))
          setAnswer({ customers, searching: false, failed: false })
        })
        .catch(() => {
          if (!abort.signal.aborted) setAnswer({ customers: [], searching: false, failed: true })
        })
    }, PAUSE_MS)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [q])
  return answer
}
