// Entering somebody by hand. A known phone or e-mail ends at the known customer, and says so.
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useCommonTexts } from '@/i18n/common'
import { CommandError } from '@/live/engine'
import { useBoards } from '@/live/hooks'
import { performOrThrow } from '@/live/live'
import { liveStatus } from '@/live/status'
import { errorText } from '@/session/errors'
import { Button } from '@/ui/button'
import { Dialog, FormButtons } from '@/ui/dialog'
import { SelectField, TextField } from '@/ui/field'
import { toast } from '@/ui/toasts'
import { useCustomersTexts } from './texts'

interface Created {
  customer_id: string
  created: boolean
  matched_by: string | null
}
type Errors = Partial<Record<'name' | 'phones' | 'emails' | 'all', string>>
const NO_BOARD = 'none'

function errorsOf(error: unknown): Errors {
  if (!(error instanceof CommandError)) return { all: errorText('failed') }
  const errors: Errors = {}
  for (const each of error.fields ?? []) {
    const field = (['phones', 'emails', 'name'] as const).find((name) =>
      each.field.startsWith(name),
    )
    errors[field ?? 'all'] = errorText(each.code, each.message)
  }
  if (Object.keys(errors).length === 0)
    errors.all = errorText(error.reason ?? error.code, error.message)
  return errors
}

export function CreateDialog({ onClose }: { onClose: () => void }) {
  const t = useCustomersTexts()
  const c = useCommonTexts()
  const navigate = useNavigate()
  const boards = useBoards().filter((board) => !board.archived_at)
  const [name, setName] = useState('')
  const [phone, setPhone] = useState('')
  const [email, setEmail] = useState('')
  const [note, setNote] = useState('')
  const [board, setBoard] = useState<string>()
  const [errors, setErrors] = useState<Errors>({})
  const [busy, setBusy] = useState(false)
  const [matched, setMatched] = useState<Created>()
  const boardId = board ?? boards[0]?.id ?? NO_BOARD

  const submit = async () => {
    if (!name.trim() && !phone.trim() && !email.trim()) return setErrors({ all: t('needOne') })
    const shown = name.trim() || phone.trim() || email.trim()
    const label = `${t('createTitle')}: ${shown}`
    setErrors({})
    const answer = performOrThrow({
      topic: 'tenant',
      op: 'customer.create',
      label,
      d: {
        // A name is what people call somebody; without one it is the number they called from.
        name: shown,
        ...(phone.trim() ? { phones: [phone.trim()] } : {}),
        ...(email.trim() ? { emails: [email.trim()] } : {}),
        ...(note.trim() ? { note: note.trim() } : {}),
        ...(boardId === NO_BOARD ? {} : { board_id: boardId }),
        source: { channel: 'manual' },
      },
    })
    if (liveStatus.get().phase !== 'live') {
      answer.catch((error: unknown) =>
        toast(`${label}: ${errorsOf(error).all ?? errorText('invalid')}`),
      )
      toast(t('queued', { name: shown }))
      return onClose()
    }
    setBusy(true)
    try {
      const created = (await answer).d as Created
      if (!created.created) return setMatched(created)
      toast(t('created_', { name: shown }), {
        action: {
          label: t('open'),
          run: () =>
            void navigate({
              to: '/customers/$customerId',
              params: { customerId: created.customer_id },
            }),
        },
      })
      onClose()
    } catch (error) {
      setErrors(errorsOf(error))
    } finally {
      setBusy(false)
    }
  }

  if (matched) {
    const by = matched.matched_by ?? 'phone'
    const known = ['phone', 'email', 'external_id'].includes(by)
    return (
      <Dialog
        isOpen
        onClose={onClose}
        title={t('matchedTitle')}
        footer={
          <>
            <Button tone="quiet" onPress={onClose}>
              {c('close')}
            </Button>
            <Link
              className="btn p"
              to="/customers/$customerId"
              params={{ customerId: matched.customer_id }}
            >
              {t('open')}
            </Link>
          </>
        }
      >
        <p>{t('matchedBody', { by: known ? t(`by.${by as 'phone'}`) : by })}</p>
      </Dialog>
    )
  }
  return (
    <Dialog
      isOpen
      onClose={onClose}
      keepOpen={Boolean(name || phone || email || note)}
      title={t('createTitle')}
      onSubmit={() => void submit()}
      footer={<FormButtons onCancel={onClose} action={t('createAction')} isPending={busy} />}
    >
      <TextField
        label={t('fieldName')}
        value={name}
        onChange={setName}
        error={errors.name}
        maxLength={200}
        autoFocus
      />
      <TextField
        label={t('fieldPhone')}
        type="tel"
        inputMode="tel"
        value={phone}
        onChange={setPhone}
        error={errors.phones}
      />
      <TextField
        label={t('fieldEmail')}
        type="email"
        inputMode="email"
        value={email}
        onChange={setEmail}
        error={errors.emails}
      />
      {boards.length > 0 && (
        <SelectField
          label={t('fieldBoard')}
          options={[
            ...boards.map((each) => ({ id: each.id as string, label: each.name })),
            { id: NO_BOARD, label: t('noBoard') },
          ]}
          value={boardId}
          onChange={setBoard}
        />
      )}
      <TextField
        label={t('fieldNote')}
        rows={3}
        value={note}
        onChange={setNote}
        maxLength={10_000}
      />
      {errors.all && (
        <p className="ferr" role="alert">
          {errors.all}
        </p>
      )}
    </Dialog>
  )
}
