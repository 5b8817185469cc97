// "Aday ekle": a name or a phone is enough. A person who is known already is offered, and the
// server matches by phone and e-mail anyway.
import { useQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { useCommonTexts } from '@/i18n/common'
import { CommandError } from '@/live/engine'
import { performOrThrow } from '@/live/live'
import { api } from '@/session/api'
import { errorText } from '@/session/errors'
import { useSignedIn } from '@/session/session'
import { Avatar } from '@/ui/avatar'
import { Button } from '@/ui/button'
import { FormButtons, Sheet } from '@/ui/dialog'
import { SelectField, TextField } from '@/ui/field'
import { toast } from '@/ui/toasts'
import type { Customer, Page } from '@/wire/records'
import type { BoardControl } from './control'
import { progressOf, StageGauge } from './gauge'
import { parseMoney } from './money-input'
import { useBoardTexts } from './texts'

export function AddLead({
  control,
  stage: firstStage,
  onClose,
}: {
  control: BoardControl
  stage?: string | undefined
  onClose: () => void
}) {
  const t = useBoardTexts()
  const c = useCommonTexts()
  const { tenant } = useSignedIn()
  const { stages } = control
  const [stage, setStage] = useState(firstStage ?? stages[0]?.id ?? null)
  const [name, setName] = useState('')
  const [phone, setPhone] = useState('')
  const [need, setNeed] = useState('')
  const [amount, setAmount] = useState('')
  const [chosen, setChosen] = useState<Customer | null>(null)
  const [errors, setErrors] = useState<Record<string, string>>({})
  const minor = parseMoney(amount)
  const amountIsWrong = amount.trim() !== '' && minor === null

  const term = useDeferredValue((name || phone).trim())
  const known = useQuery({
    queryKey: ['customers', 'suggest', term],
    queryFn: ({ signal }) => api.get<Page<Customer>>('/customers', { q: term, limit: 4 }, signal),
    enabled: !chosen && term.length >= 3,
    staleTime: 60_000,
  })

  const add = () => {
    if (!chosen && !name.trim() && !phone.trim()) {
      setErrors({ name: errorText('required') })
      return
    }
    if (amountIsWrong) return
    const title = chosen?.name ?? (name.trim() || phone.trim())
    const customer = chosen
      ? { customer_id: chosen.id }
      : { customer: { name: title, ...(phone.trim() ? { phones: [phone.trim()] } : {}) } }
    const d = {
      ...customer,
      ...(stage ? { stage } : {}),
      ...(need.trim() ? { need: need.trim() } : {}),
      ...(minor ? { amount: { minor, currency: tenant.currency } } : {}),
    }
    const label = t('leadAdded', { name: title })
    performOrThrow({
      topic: control.topic,
      op: 'card.create',
      d,
      label: t('labelLead', { name: title }),
    })
      .then((res) => {
        const answer = res.d as { card_id?: string; created?: boolean } | undefined
        toast(answer?.created === false && !chosen ? t('leadMatched', { name: title }) : label)
        const { card_id } = answer ?? {}
        if (card_id) requestAnimationFrame(() => control.focus(card_id))
      })
      .catch((error: unknown) => {
        if (!(error instanceof CommandError)) return
        const why = errorText(error.reason ?? error.code, error.message)
        toast(c('refused', { what: t('labelLead', { name: title }), why }))
      })
    onClose()
  }
  const isDirty = Boolean(name || phone || need || amount)
  return (
    <Sheet
      isOpen
      onClose={onClose}
      title={t('addLead')}
      onSubmit={add}
      keepOpen={isDirty}
      footer={<FormButtons onCancel={onClose} action={t('addLead')} />}
    >
      {chosen ? (
        <div className="row panel" style={{ padding: '10px 12px' }}>
          <Avatar person={chosen} size="m" />
          <span className="el sp">
            <b>{chosen.name}</b>
            <span className="t3 sm" style={{ display: 'block' }}>
              {chosen.phones[0]?.display ?? chosen.emails[0]?.display ?? t('knownCustomer')}
            </span>
          </span>
          <Button small tone="quiet" onPress={() => setChosen(null)}>
            {t('chooseOther')}
          </Button>
        </div>
      ) : (
        <>
          <TextField
            label={t('name')}
            value={name}
            onChange={(value) => {
              setName(value)
              setErrors({})
            }}
            error={errors.name}
            autoFocus
            autoComplete="off"
            maxLength={200}
          />
          <TextField
            label={t('phone')}
            value={phone}
            onChange={setPhone}
            type="tel"
            inputMode="tel"
            autoComplete="off"
          />
          {(known.data?.items.length ?? 0) > 0 && (
            <div className="field">
              <span className="lbl">{t('isItOneOfThese')}</span>
              {known.data?.items.map((customer) => (
                <button
                  type="button"
                  key={customer.id}
                  className="mi"
                  style={{ boxShadow: 'inset 0 0 0 1px var(--line-1)', textAlign: 'left' }}
                  onClick={() => setChosen(customer)}
                >
                  <Avatar person={customer} />
                  <span className="el sp">{customer.name}</span>
                  <span className="t3 sm">{customer.phones[0]?.display}</span>
                </button>
              ))}
            </div>
          )}
        </>
      )}
      <TextField label={t('need')} value={need} onChange={setNeed} maxLength={200} />
      <TextField
        label={t('amount', { currency: tenant.currency })}
        value={amount}
        onChange={setAmount}
        inputMode="decimal"
        error={amountIsWrong ? t('amountWrong') : undefined}
      />
      <SelectField
        label={t('stage')}
        value={stage}
        onChange={setStage}
        options={stages.map((s) => ({
          id: s.id,
          label: s.name,
          mark: <StageGauge stage={s} progress={progressOf(s, stages)} />,
        }))}
      />
    </Sheet>
  )
}
