// Who is away when: the house, people, resources; or only mine.
import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import { usePeople } from '@/features/customers/people'
import { useCommonTexts } from '@/i18n/common'
import { dateTime } from '@/i18n/format'
import { fromWall } from '@/i18n/local-time'
import { useSignedIn } from '@/session/session'
import { Part } from '@/shell/sections'
import { Button, IconButton } from '@/ui/button'
import { Dialog, FormButtons } from '@/ui/dialog'
import { SelectField, TextField } from '@/ui/field'
import type { Of, TimeOff } from '@/wire/agenda'
import { addDays, dayOf } from '../days'
import type { Bookables } from '../range'
import { refusedFields, refusedWhole } from '../refusals'
import { setUp, setUpOrSay } from './commands'
import { useSetupTexts } from './texts'

function useNames(bookables: Bookables) {
  const t = useSetupTexts()
  const people = usePeople()
  return (of: Of): string => {
    const [kind, id = ''] = of.split(':', 2)
    if (kind === 'user') return people.of(id).name
    if (kind === 'resource') return bookables.resource(id)?.name ?? t('resources')
    return t('house')
  }
}

function TimeOffDialog({
  bookables,
  mine,
  onClose,
}: {
  bookables: Bookables
  /** Only my own may be added here. */
  mine: Of | undefined
  onClose: () => void
}) {
  const t = useSetupTexts()
  const c = useCommonTexts()
  const people = usePeople()
  const nameOf = useNames(bookables)
  const [of, setOf] = useState<Of>(mine ?? 'tenant')
  const [starts, setStarts] = useState(() => `${addDays(dayOf(new Date()), 1)}T09:00`)
  const [ends, setEnds] = useState(() => `${addDays(dayOf(new Date()), 1)}T18:00`)
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  const [error, setError] = useState<unknown>()
  const [isPending, setPending] = useState(false)
  const from = fromWall(starts)
  const to = fromWall(ends)
  const isWrong = !from || !to || to <= from || to.getTime() - from.getTime() > 366 * 86_400_000
  const submit = async () => {
    setTried(true)
    if (isWrong) return
    setPending(true)
    setError(undefined)
    const d = {
      of,
      starts_at: from.toISOString(),
      ends_at: to.toISOString(),
      ...(reason.trim() ? { reason: reason.trim() } : {}),
    }
    try {
      await setUp('time_off.add', d, t('timeOffAdded', { name: nameOf(of) }))
      onClose()
    } catch (refused) {
      setPending(false)
      setError(refused)
    }
  }
  const errors = refusedFields(error)
  const whole = refusedWhole(error, ['of', 'starts_at', 'ends_at', 'reason'])
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t('addTimeOff')}
      onSubmit={() => void submit()}
      footer={<FormButtons onCancel={onClose} action={c('add')} isPending={isPending} />}
    >
      {!mine && (
        <SelectField
          label={t('whose')}
          value={of}
          onChange={setOf}
          options={[
            { id: 'tenant', label: t('house') },
            ...people.active.map((each) => ({ id: `user:${each.id}`, label: each.name })),
            ...bookables.resources.map((each) => ({ id: `resource:${each.id}`, label: each.name })),
          ]}
          {...(errors.of ? { error: errors.of } : {})}
        />
      )}
      <TextField
        label={t('starts')}
        type="datetime-local"
        value={starts}
        onChange={setStarts}
        error={errors.starts_at}
      />
      <TextField
        label={t('ends')}
        type="datetime-local"
        value={ends}
        onChange={setEnds}
        error={tried && isWrong ? t('badEnds') : errors.ends_at}
      />
      <TextField
        label={t('reason')}
        value={reason}
        onChange={setReason}
        error={errors.reason}
        maxLength={500}
      />
      {whole && (
        <p className="ferr" role="alert">
          {whole}
        </p>
      )}
    </Dialog>
  )
}

function Line({ off, name }: { off: TimeOff; name: string }) {
  const t = useSetupTexts()
  const remove = () => {
    const { of, starts_at, ends_at, reason } = off
    setUpOrSay('time_off.remove', { time_off: off.id }, t('timeOffRemoved', { name }), {
      op: 'time_off.add',
      d: { of, starts_at, ends_at, ...(reason ? { reason } : {}) },
    })
  }
  return (
    <li>
      <div className="names">
        <b>{name}</b>
        <span className="sm t3">
          {dateTime(new Date(off.starts_at))} – {dateTime(new Date(off.ends_at))}
          {off.reason ? ` · ${off.reason}` : ''}
        </span>
      </div>
      <IconButton icon={Trash2} label={t('removeTimeOff', { name })} onPress={remove} />
    </li>
  )
}

export function TimeOffPart({ bookables, own }: { bookables: Bookables; own: boolean }) {
  const t = useSetupTexts()
  const { user } = useSignedIn()
  const nameOf = useNames(bookables)
  const [adding, setAdding] = useState(false)
  const mine = own ? `user:${user.id}` : undefined
  const now = Date.now()
  const all = bookables.timeOff
    .filter((each) => (!mine || each.of === mine) && Date.parse(each.ends_at) > now)
    .sort((a, b) => a.starts_at.localeCompare(b.starts_at))
  return (
    <Part
      title={t(own ? 'myTimeOff' : 'timeOff')}
      lead={t('timeOffLead')}
      action={<Button onPress={() => setAdding(true)}>{t('addTimeOff')}</Button>}
    >
      {all.length === 0 ? (
        <p className="t3">{t('noTimeOff')}</p>
      ) : (
        <ul className="lines">
          {all.map((off) => (
            <Line key={off.id} off={off} name={nameOf(off.of)} />
          ))}
        </ul>
      )}
      {adding && (
        <TimeOffDialog bookables={bookables} mine={mine} onClose={() => setAdding(false)} />
      )}
    </Part>
  )
}
