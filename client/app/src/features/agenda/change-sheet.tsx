// Another time, other people, other words: what is not changed stays.
import './sheets.css'
import { useState } from 'react'
import { FormButtons, Sheet } from '@/ui/dialog'
import { TextField } from '@/ui/field'
import type { Appointment, Scope } from '@/wire/agenda'
import { ScopeField } from './cancel-dialog'
import { canMove, hindranceOf, move, nameOf, type Place, update } from './commands'
import { Conflict } from './conflict'
import { useBookables } from './range'
import { answered, refusedFields, refusedWhole } from './refusals'
import { useAgendaTexts } from './texts'
import { spanOf, type When, WhenFields, whenAt } from './when-fields'

const known = ['starts_at', 'ends_at', 'people', 'resources', 'title', 'place', 'note']
const same = (a: readonly string[], b: readonly string[]) => a.join() === b.join()

export function ChangeSheet({ of, onClose }: { of: Appointment; onClose: () => void }) {
  const t = useAgendaTexts()
  const { service } = useBookables()
  const [when, setWhen] = useState<When>(() => ({
    ...whenAt(new Date(of.starts_at)),
    minutes: String(Math.round((Date.parse(of.ends_at) - Date.parse(of.starts_at)) / 60_000)),
    people: of.people,
    resources: of.resources,
  }))
  const [title, setTitle] = useState(of.title ?? '')
  const [place, setPlace] = useState(of.place ?? '')
  const [note, setNote] = useState(of.note ?? '')
  const [scope, setScope] = useState<Scope>('one')
  const [tried, setTried] = useState(false)
  const [error, setError] = useState<unknown>()
  const [isPending, setPending] = useState(false)
  const span = spanOf(when)

  const save = async (change: Partial<Place> = {}, force = false) => {
    setTried(true)
    if (!span) return
    const to: Place = { ...span, people: when.people, resources: when.resources, ...change }
    const words = {
      title: title.trim() || null,
      place: place.trim() || null,
      note: note.trim() || null,
    }
    const isOther =
      Date.parse(to.starts_at) !== Date.parse(of.starts_at) ||
      Date.parse(to.ends_at) !== Date.parse(of.ends_at) ||
      !same(to.people, of.people) ||
      !same(to.resources, of.resources)
    const saysOther = words.title !== of.title || words.place !== of.place || words.note !== of.note
    setPending(true)
    setError(undefined)
    try {
      if (saysOther) await answered(update(of, words))
      if (isOther) await answered(move(of, to, { scope, force }))
      onClose()
    } catch (refused) {
      setPending(false)
      setError(refused)
    }
  }
  const errors = refusedFields(error)
  const hindrance = hindranceOf(error)
  const whole = refusedWhole(error, known)
  return (
    <Sheet
      isOpen
      onClose={onClose}
      title={t('changeTitle', { name: nameOf(of, service(of.service_id)) })}
      onSubmit={() => void save()}
      footer={<FormButtons onCancel={onClose} isPending={isPending} />}
    >
      {hindrance && (
        <Conflict
          isMove
          hindrance={hindrance}
          onTake={({ starts_at, ends_at }) => {
            setWhen({ ...when, ...whenAt(new Date(starts_at)) })
            void save({ starts_at, ends_at })
          }}
          onForce={() => void save({}, true)}
        />
      )}
      {whole && (
        <p className="ferr" role="alert">
          {whole}
        </p>
      )}
      {canMove(of) && (
        <>
          <WhenFields
            value={when}
            onChange={setWhen}
            service={service(of.service_id)}
            errors={errors}
            tried={tried}
            except={of.id}
          />
          {of.series_id && <ScopeField value={scope} onChange={setScope} />}
        </>
      )}
      <TextField
        label={t('title')}
        value={title}
        onChange={setTitle}
        error={errors.title}
        maxLength={120}
      />
      <TextField
        label={t('place')}
        value={place}
        onChange={setPlace}
        error={errors.place}
        maxLength={300}
      />
      <TextField label={t('note')} rows={3} value={note} onChange={setNote} error={errors.note} />
    </Sheet>
  )
}
