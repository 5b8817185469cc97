// Two records become one: choose the other, choose per field, merge; and take it back.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Radio, RadioGroup } from 'react-aria-components'
import { sourceName } from '@/features/boards/source'
import type { CustomerPage } from '@/features/customers/queries'
import { ago } from '@/i18n/ago'
import { CommandError } from '@/live/engine'
import { perform, performOrThrow } from '@/live/live'
import { api } from '@/session/api'
import { errorText } from '@/session/errors'
import { usePermission } from '@/session/session'
import { Avatar } from '@/ui/avatar'
import { Button } from '@/ui/button'
import { Dialog, FormButtons } from '@/ui/dialog'
import { SearchField } from '@/ui/search-field'
import { Skeleton } from '@/ui/states'
import { toast } from '@/ui/toasts'
import type { Customer, CustomerDetail, Page } from '@/wire/records'
import { fieldName } from './fields'
import { useCustomer } from './live'
import { useCustomerTexts } from './texts'

interface Duplicate {
  customer: Customer
  reasons: { kind: string; value: string }[]
}
const choices = [
  'name',
  'company',
  'quality',
  'score_emotional',
  'score_logical',
  'source',
] as const
type Choice = (typeof choices)[number]

export const useDuplicates = (id: string, count: number) =>
  useQuery({
    queryKey: ['duplicates', id, count],
    queryFn: async () => (await api.get<Page<Duplicate>>(`/customers/${id}/duplicates`)).items,
    enabled: count > 0,
  })

function shown(customer: Customer, field: Choice): string {
  if (field === 'source') return customer.source ? sourceName(customer.source.channel) : ''
  const value = customer[field]
  return value === null ? '' : String(value)
}

/** Only where both know something else there is something to choose. */
const differing = (a: Customer, b: Customer): Choice[] =>
  choices.filter(
    (field) => shown(a, field) && shown(b, field) && shown(a, field) !== shown(b, field),
  )

function FindOther({ onPick }: { onPick: (customer: Customer) => void }) {
  const t = useCustomerTexts()
  const { customer } = useCustomer()
  const [q, setQ] = useState('')
  const found = useQuery({
    queryKey: ['merge-find', q],
    queryFn: ({ signal }) => api.get<CustomerPage>('/customers', { q, limit: 8 }, signal),
    enabled: q.trim().length > 1,
  })
  const rows = found.data?.items.filter((row) => row.id !== customer.id) ?? []
  return (
    <>
      <SearchField label={t('mergeFind')} value={q} onChange={setQ} autoFocus />
      {found.isFetching && <Skeleton height={36} />}
      <ul className="lines">
        {rows.map((row) => (
          <li key={row.id}>
            <Avatar person={row} size="m" />
            <div className="names">
              <b>{row.name}</b>
              <span className="sm t3">
                {[row.phones[0]?.display, row.emails[0]?.display, row.company]
                  .filter(Boolean)
                  .join(' · ')}
              </span>
            </div>
            <Button small onPress={() => onPick(row)}>
              {t('compare')}
            </Button>
          </li>
        ))}
      </ul>
      {found.isSuccess && rows.length === 0 && <p className="t3">{t('noMatch')}</p>}
    </>
  )
}

export function MergeDialog({
  initial,
  onClose,
}: {
  initial: Customer | undefined
  onClose: () => void
}) {
  const t = useCustomerTexts()
  const { customer, topic } = useCustomer()
  const queries = useQueryClient()
  const [other, setOther] = useState(initial)
  const [taken, setTaken] = useState<ReadonlySet<Choice>>(new Set())
  const [problem, setProblem] = useState<string>()
  const [busy, setBusy] = useState(false)
  const fields = other ? differing(customer, other) : []

  const merge = async () => {
    if (!other) return
    setBusy(true)
    setProblem(undefined)
    try {
      await performOrThrow({
        topic,
        op: 'customer.merge',
        label: t('mergeTitle'),
        d: {
          other: other.id,
          fields: Object.fromEntries([...taken].map((field) => [field, 'other'])),
        },
      })
      for (const key of ['duplicates', 'timeline', 'customers'])
        void queries.invalidateQueries({ queryKey: [key] })
      toast(t('mergedDone', { name: other.name }))
      onClose()
    } catch (error) {
      setProblem(
        error instanceof CommandError
          ? errorText(error.reason ?? error.code, error.message)
          : errorText('failed'),
      )
    } finally {
      setBusy(false)
    }
  }

  return (
    <Dialog
      isOpen
      wide
      onClose={onClose}
      title={t('mergeTitle')}
      footer={
        <>
          {problem && (
            <span className="ferr sp" role="alert">
              {problem}
            </span>
          )}
          <FormButtons
            onCancel={onClose}
            action={t('mergeAction')}
            isDisabled={!other}
            isPending={busy}
            onPress={() => void merge()}
          />
        </>
      }
    >
      {other ? (
        <>
          <p className="t2">{t('mergeLead')}</p>
          <div className="merge-heads">
            {[customer, other].map((each, index) => (
              <div key={each.id}>
                <Avatar person={each} size="m" />
                <div className="names">
                  <span className="sm t3">{t(index === 0 ? 'mergeThis' : 'mergeOther')}</span>
                  <b>{each.name}</b>
                  <span className="sm t2">
                    {[...each.phones, ...each.emails].map((contact) => contact.display).join(' · ')}
                  </span>
                </div>
              </div>
            ))}
          </div>
          {fields.length === 0 ? (
            <p className="t3">{t('mergeSame')}</p>
          ) : (
            fields.map((field) => (
              <RadioGroup
                key={field}
                className="merge-field"
                aria-label={fieldName(field)}
                value={taken.has(field) ? 'other' : 'this'}
                onChange={(side) => {
                  const next = new Set(taken)
                  if (side === 'other') next.add(field)
                  else next.delete(field)
                  setTaken(next)
                }}
              >
                <span className="lbl">{fieldName(field)}</span>
                <Radio value="this" className="merge-choice">
                  {shown(customer, field)}
                </Radio>
                <Radio value="other" className="merge-choice">
                  {shown(other, field)}
                </Radio>
              </RadioGroup>
            ))
          )}
        </>
      ) : (
        <FindOther onPick={setOther} />
      )}
    </Dialog>
  )
}

/** Records like this one. */
export function Likenesses({ onCompare }: { onCompare: (other: Customer) => void }) {
  const t = useCustomerTexts()
  const { customer, canEdit } = useCustomer()
  const canMerge = usePermission('customers.merge') && canEdit
  const duplicates = useDuplicates(customer.id, customer.duplicate_count).data ?? []
  const reason = (kind: string) =>
    kind === 'phone' || kind === 'email' || kind === 'name' ? t(`reason_${kind}`) : kind
  if (duplicates.length === 0) return null
  return (
    <section className="likes">
      <h2>{t('duplicates', { count: duplicates.length })}</h2>
      {duplicates.slice(0, 3).map(({ customer: other, reasons }) => (
        <div className="like" key={other.id}>
          <div className="names">
            <b>{other.name}</b>
            <span className="sm">
              {[...new Set(reasons.map((r) => reason(r.kind)))].join(', ')}
            </span>
          </div>
          {canMerge && (
            <Button small onPress={() => onCompare(other)}>
              {t('compare')}
            </Button>
          )}
        </div>
      ))}
    </section>
  )
}

/** What was merged into this record, and can be split off again. */
export function Merges() {
  const t = useCustomerTexts()
  const { customer, topic, canEdit } = useCustomer()
  const queries = useQueryClient()
  const canMerge = usePermission('customers.merge') && canEdit
  const merges = customer.merges.filter((merge) => !merge.undone_at)
  if (merges.length === 0) return null
  const split = async (id: string, name: string) => {
    const label = t('unmerged', { name })
    if (!(await perform({ topic, op: 'customer.unmerge', d: { merge: id }, label }))) return
    toast(label)
    for (const key of ['duplicates', 'timeline', 'customers'])
      void queries.invalidateQueries({ queryKey: [key] })
  }
  return (
    <section>
      <h2>{t('merges')}</h2>
      {merges.map((merge) => (
        <MergeLine key={merge.id} merge={merge} {...(canMerge ? { onSplit: split } : {})} />
      ))}
    </section>
  )
}

function MergeLine({
  merge,
  onSplit,
}: {
  merge: CustomerDetail['merges'][number]
  onSplit?: (id: string, name: string) => Promise<void>
}) {
  const t = useCustomerTexts()
  const asked = useQuery({
    queryKey: ['customer', merge.other],
    queryFn: () => api.get<Customer>(`/customers/${merge.other}`),
    enabled: merge.other_name === '',
  }).data
  const name = merge.other_name || (asked?.name ?? '…')
  return (
    <div className="like">
      <div className="names">
        <span>{name}</span>
        <span className="sm t3">{ago(merge.at)}</span>
      </div>
      {onSplit && (
        <Button
          small
          aria-label={t('unmergeLabel', { name })}
          onPress={() => void onSplit(merge.id, name)}
        >
          {t('unmerge')}
        </Button>
      )}
    </div>
  )
}
