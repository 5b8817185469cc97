// What the parts of the page share: the record, its topic, the people, and how a field is saved.
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react'
import { type People, usePeople } from '@/features/customers/people'
import { CommandError } from '@/live/engine'
import { usePresence } from '@/live/hooks'
import { engine, performOrThrow } from '@/live/live'
import type { Subscription } from '@/live/subscription'
import { errorText } from '@/session/errors'
import { usePermission, useSignedIn } from '@/session/session'
import { toast } from '@/ui/toasts'
import type { CustomerDetail, TimelineItem } from '@/wire/records'
import { fieldName } from './fields'
import { SELF } from './model'

export interface FieldProblem {
  text: string
  /** The customer that already has this phone or e-mail. */
  other?: string
}
export interface Conflict {
  mine: unknown
  theirs: unknown
  /** The colleague who wrote the other value, where the journal tells. */
  by?: string | undefined
}

export interface CustomerContext {
  customer: CustomerDetail
  /** On its own page, or beside the board. */
  mode: 'page' | 'panel'
  topic: string
  people: People
  me: string
  canEdit: boolean
  problems: Readonly<Record<string, FieldProblem | undefined>>
  conflicts: Readonly<Record<string, Conflict | undefined>>
  /** `since` is the version the reader saw when the edit began. */
  save: (field: string, value: unknown, since: { version: number; value: unknown }) => void
  /** What was typed cannot even be sent. */
  reject: (field: string, text: string) => void
  resolve: (field: string, keep: 'mine' | 'theirs') => void
  typing: (field: string) => void
  /** Who is writing in this field now. */
  writer: (field: string) => string | undefined
}

const Context = createContext<CustomerContext | undefined>(undefined)

export function useCustomer(): CustomerContext {
  const context = useContext(Context)
  if (!context) throw new Error('used outside of a customer page')
  return context
}

const same = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null)

/** A field's value in the record; own fields are `custom:<key>`. */
export function fieldValue(customer: CustomerDetail, field: string): unknown {
  const own = field.startsWith('custom:') ? field.slice(7) : undefined
  if (own !== undefined) return customer.custom[own]
  if (field === 'phones' || field === 'emails') return customer[field].map((each) => each.value)
  return customer[field as keyof CustomerDetail]
}

const bodyOf = (field: string, value: unknown): Record<string, unknown> =>
  field.startsWith('custom:') ? { custom: { [field.slice(7)]: value } } : { [field]: value }

/** Who wrote this field last, among what was heard while somebody was looking. */
export function lastWriter(events: Iterable<TimelineItem>, field: string): string | undefined {
  const name = field.startsWith('custom:') ? 'custom' : field
  let last: TimelineItem | undefined
  for (const event of events) {
    if (event.op !== 'customer.updated' || (last && last.seq > event.seq)) continue
    const changed = event.d.changed as string[] | undefined
    if (changed?.some((each) => each === field || each.split(/[:.]/)[0] === name)) last = event
  }
  return last?.by ?? undefined
}

export function CustomerProvider({
  customer,
  subscription,
  mode,
  children,
}: {
  customer: CustomerDetail
  subscription: Subscription
  mode: CustomerContext['mode']
  children: ReactNode
}) {
  const topic = subscription.key
  const people = usePeople()
  const me = useSignedIn().user.id
  const canEdit = usePermission('customers.edit') && !customer.merged_into
  const presence = usePresence(subscription)
  const [problems, setProblems] = useState<CustomerContext['problems']>({})
  const [conflicts, setConflicts] = useState<CustomerContext['conflicts']>({})

  const send = useCallback(
    async (field: string, value: unknown, version?: number) => {
      const label = fieldName(field)
      await performOrThrow({
        topic,
        op: 'customer.update',
        d: bodyOf(field, value),
        label,
        ...(version === undefined ? {} : { if: { ver: version } }),
      })
    },
    [topic],
  )

  const save = useCallback<CustomerContext['save']>(
    (field, value, since) => {
      setProblems((all) => ({ ...all, [field]: undefined }))
      setConflicts((all) => ({ ...all, [field]: undefined }))
      const refused = (error: unknown): void => {
        if (!(error instanceof CommandError)) return
        if (error.reason === 'version_conflict' || (error.code === 'conflict' && !error.reason)) {
          // Another field may have changed meanwhile: that is no conflict for a person.
          const now = subscription.topic.committed.get<CustomerDetail>('customer', SELF)
          const theirs = now && fieldValue(now, field)
          if (same(theirs, since.value)) void send(field, value).catch(refused)
          else {
            const by = lastWriter(subscription.topic.committed.all<TimelineItem>('events'), field)
            setConflicts((all) => ({ ...all, [field]: { mine: value, theirs, by } }))
          }
          return
        }
        const other = error.data?.customer_id
        const found = error.fields?.[0]
        const text = errorText(
          found?.code ?? error.reason ?? error.code,
          found?.message ?? error.message,
        )
        setProblems((all) => ({
          ...all,
          [field]: { text, ...(typeof other === 'string' ? { other } : {}) },
        }))
        // Said once: below the field, or aloud where the field is not on the screen.
        requestAnimationFrame(() => {
          if (!document.querySelector(`[data-problem="${CSS.escape(field)}"]`))
            toast(`${fieldName(field)}: ${text}`, { key: 'field' })
        })
      }
      void send(field, value, since.version).catch(refused)
    },
    [send, subscription],
  )

  const reject = useCallback<CustomerContext['reject']>(
    (field, text) => setProblems((all) => ({ ...all, [field]: { text } })),
    [],
  )

  const resolve = useCallback<CustomerContext['resolve']>(
    (field, keep) => {
      const conflict = conflicts[field]
      setConflicts((all) => ({ ...all, [field]: undefined }))
      if (conflict && keep === 'mine') {
        const now = subscription.topic.committed.get<CustomerDetail>('customer', SELF)
        save(field, conflict.mine, { version: now?.version ?? 0, value: conflict.theirs })
      }
    },
    [conflicts, save, subscription],
  )

  const context = useMemo<CustomerContext>(
    () => ({
      customer,
      mode,
      topic,
      people,
      me,
      canEdit,
      problems,
      conflicts,
      save,
      reject,
      resolve,
      typing: (field) => engine.get()?.ephemeral(topic, 'typing', { customer: customer.id, field }),
      writer: (field) => {
        const found = presence.typing.find((each) => each.at.field === field && each.by !== me)
        return found && people.of(found.by).name
      },
    }),
    [
      customer,
      mode,
      topic,
      people,
      me,
      canEdit,
      problems,
      conflicts,
      save,
      reject,
      resolve,
      presence,
    ],
  )
  return <Context.Provider value={context}>{children}</Context.Provider>
}
