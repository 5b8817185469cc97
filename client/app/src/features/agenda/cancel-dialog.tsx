// Cancelling asks why, and of a series how much of it.
import './sheets.css'
import { useState } from 'react'
import { Dialog, FormButtons } from '@/ui/dialog'
import { SelectField, TextField } from '@/ui/field'
import type { Appointment, Scope } from '@/wire/agenda'
import { cancel, nameOf, whenText } from './commands'
import { answered, refusedFields, refusedWhole } from './refusals'
import { useAgendaTexts } from './texts'

const reasons = ['customerAsked', 'weCannot', 'mistake'] as const

export function ScopeField({
  value,
  onChange,
}: {
  value: Scope
  onChange: (scope: Scope) => void
}) {
  const t = useAgendaTexts()
  return (
    <SelectField
      label={t('scope')}
      value={value}
      onChange={onChange}
      options={[
        { id: 'one', label: t('scopeOne') },
        { id: 'following', label: t('scopeFollowing') },
      ]}
    />
  )
}

export function CancelDialog({ of, onClose }: { of: Appointment; onClose: () => void }) {
  const t = useAgendaTexts()
  const [reason, setReason] = useState('')
  const [scope, setScope] = useState<Scope>('one')
  const [tried, setTried] = useState(false)
  const [error, setError] = useState<unknown>()
  const [isPending, setPending] = useState(false)
  const submit = async () => {
    setTried(true)
    if (!reason.trim()) return
    setPending(true)
    setError(undefined)
    try {
      await answered(cancel(of, reason.trim(), scope))
      onClose()
    } catch (refused) {
      setPending(false)
      setError(refused)
    }
  }
  const whole = refusedWhole(error, ['reason'])
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t('cancelTitle', { name: nameOf(of) })}
      onSubmit={() => void submit()}
      footer={
        <FormButtons
          onCancel={onClose}
          action={t('cancelIt')}
          tone="danger-filled"
          isPending={isPending}
        />
      }
    >
      <p className="t2">{whenText(new Date(of.starts_at))}</p>
      {whole && (
        <p className="ferr" role="alert">
          {whole}
        </p>
      )}
      <TextField
        label={t('reason')}
        value={reason}
        onChange={setReason}
        error={tried && !reason.trim() ? t('needReason') : refusedFields(error).reason}
        maxLength={500}
        autoFocus
      />
      <div className="chips" role="group" aria-label={t('reason')}>
        {reasons.map((id) => (
          <button
            key={id}
            type="button"
            className={reason === t(`reason.${id}`) ? 'fchip on' : 'fchip'}
            onClick={() => setReason(t(`reason.${id}`))}
          >
            {t(`reason.${id}`)}
          </button>
        ))}
      </div>
      {of.series_id && <ScopeField value={scope} onChange={setScope} />}
    </Dialog>
  )
}
