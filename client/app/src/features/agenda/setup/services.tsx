// What can be booked by name: how long, by whom, where, for how much, and whether strangers may.
import { useState } from 'react'
import { parseMoney } from '@/features/boards/money-input'
import { usePeople } from '@/features/customers/people'
import { money } from '@/i18n/format'
import { useSignedIn } from '@/session/session'
import { Part } from '@/shell/sections'
import { Avatar } from '@/ui/avatar'
import { Button } from '@/ui/button'
import { Chip } from '@/ui/chip'
import { FormButtons, Sheet } from '@/ui/dialog'
import { Checkbox, TextField } from '@/ui/field'
import { FilterSelect } from '@/ui/filter-select'
import { Icon } from '@/ui/icon'
import { EmptyState } from '@/ui/states'
import type { Service } from '@/wire/agenda'
import { resourceIcon } from '../kinds'
import type { Bookables } from '../range'
import { refusedFields, refusedWhole } from '../refusals'
import { setUp } from './commands'
import { RowActions } from './row-actions'
import { useSetupTexts } from './texts'

const within = (text: string, least: number, most: number): number | undefined => {
  const value = Number(text)
  return text.trim() && Number.isInteger(value) && value >= least && value <= most
    ? value
    : undefined
}
const known = ['name', 'minutes', 'buffer_minutes', 'price', 'people', 'resources']

/** An amount as one types it. */
const typed = (minor: number): string => String(minor / 100).replace('.', ',')

function ServiceSheet({
  service,
  bookables,
  onClose,
}: {
  service: Service | undefined
  bookables: Bookables
  onClose: () => void
}) {
  const t = useSetupTexts()
  const { tenant } = useSignedIn()
  const people = usePeople()
  const [name, setName] = useState(service?.name ?? '')
  const [length, setLength] = useState(String(service?.minutes ?? 60))
  const [buffer, setBuffer] = useState(String(service?.buffer_minutes ?? 0))
  const [price, setPrice] = useState(service?.price ? typed(service.price.minor) : '')
  const [able, setAble] = useState<string[]>(service?.people ?? [])
  const [things, setThings] = useState<string[]>(service?.resources ?? [])
  const [isPublic, setPublic] = useState(service?.public ?? false)
  const [tried, setTried] = useState(false)
  const [error, setError] = useState<unknown>()
  const [isPending, setPending] = useState(false)
  const minutes = within(length, 5, 720)
  const behind = within(buffer, 0, 240)
  const amount = price.trim() ? parseMoney(price) : undefined
  const submit = async () => {
    setTried(true)
    if (!name.trim() || minutes === undefined || behind === undefined) return
    if (amount === null) return
    setPending(true)
    setError(undefined)
    const d = {
      name: name.trim(),
      minutes,
      buffer_minutes: behind,
      people: able,
      resources: things,
      public: isPublic,
      price:
        amount === undefined
          ? null
          : { minor: amount, currency: service?.price?.currency ?? tenant.currency },
    }
    const { price: asked, ...rest } = d
    try {
      await (service
        ? setUp('service.update', { service: service.id, ...d })
        : setUp('service.create', asked ? d : rest))
      onClose()
    } catch (refused) {
      setPending(false)
      setError(refused)
    }
  }
  const errors = refusedFields(error)
  const whole = refusedWhole(error, known)
  return (
    <Sheet
      isOpen
      onClose={onClose}
      title={service ? t('editService', { name: service.name }) : t('addService')}
      onSubmit={() => void submit()}
      keepOpen={!service && Boolean(name)}
      footer={<FormButtons onCancel={onClose} isPending={isPending} />}
    >
      <TextField
        label={t('name')}
        value={name}
        onChange={setName}
        error={tried && !name.trim() ? t('required') : errors.name}
        maxLength={120}
        autoFocus
      />
      <div className="pair">
        <TextField
          label={t('length')}
          inputMode="numeric"
          value={length}
          onChange={setLength}
          error={tried && minutes === undefined ? t('badLength') : errors.minutes}
        />
        <TextField
          label={t('buffer')}
          inputMode="numeric"
          value={buffer}
          onChange={setBuffer}
          error={tried && behind === undefined ? t('badBuffer') : errors.buffer_minutes}
        />
      </div>
      <TextField
        label={`${t('price')} · ${service?.price?.currency ?? tenant.currency}`}
        inputMode="decimal"
        value={price}
        onChange={setPrice}
        error={tried && amount === null ? t('badPrice') : errors.price}
      />
      <div className="field">
        <span className="lbl">{t('people')}</span>
        <div className="chips">
          <FilterSelect
            label={t('people')}
            options={people.active.map((each) => ({
              id: each.id,
              label: each.name,
              mark: <Avatar person={each} />,
            }))}
            value={able}
            onChange={setAble}
            searchLabel={t('find')}
            emptyText={t('nothing')}
          />
          {bookables.resources.length > 0 && (
            <FilterSelect
              label={t('things')}
              options={bookables.resources.map((each) => ({
                id: each.id,
                label: each.name,
                mark: <Icon of={resourceIcon(each.kind)} />,
              }))}
              value={things}
              onChange={setThings}
              searchLabel={t('find')}
              emptyText={t('nothing')}
            />
          )}
        </div>
        {able.length === 0 && <span className="hint">{t('anybody')}</span>}
        {(errors.people ?? errors.resources) && (
          <span className="ferr" role="alert">
            {errors.people ?? errors.resources}
          </span>
        )}
      </div>
      <Checkbox label={t('public')} isSelected={isPublic} onChange={setPublic} />
      {whole && (
        <p className="ferr" role="alert">
          {whole}
        </p>
      )}
    </Sheet>
  )
}

export function ServicesPart({ bookables }: { bookables: Bookables }) {
  const t = useSetupTexts()
  const people = usePeople()
  const [editing, edit] = useState<Service | 'new'>()
  const [withArchived, setWithArchived] = useState(false)
  const all = bookables.all.services
  const archived = all.filter((each) => each.archived_at)
  const shown = withArchived ? all : bookables.services
  const add = <Button onPress={() => edit('new')}>{t('addService')}</Button>
  const about = (of: Service) =>
    [
      t('minutes', { n: of.minutes }) + (of.buffer_minutes ? ` + ${of.buffer_minutes}` : ''),
      of.price && money(of.price),
      of.people.map((id) => people.of(id).name).join(', ') || t('anybody'),
      of.resources.map((id) => bookables.resource(id)?.name ?? '').join(', '),
    ]
      .filter(Boolean)
      .join(' · ')
  return (
    <Part title={t('services')} lead={t('servicesLead')} action={shown.length > 0 && add}>
      {shown.length === 0 && (
        <EmptyState title={t('noServices')} action={add}>
          {t('noServicesBody')}
        </EmptyState>
      )}
      {shown.length > 0 && (
        <ul className="lines">
          {shown.map((each) => (
            <li key={each.id}>
              <div className="names">
                <b>{each.name}</b>
                <span className="sm t3">{about(each)}</span>
              </div>
              {each.public && !each.archived_at && <Chip tone="info">{t('publicChip')}</Chip>}
              <RowActions
                of="service"
                record={each}
                editLabel={t('editService', { name: each.name })}
                onEdit={() => edit(each)}
              />
            </li>
          ))}
        </ul>
      )}
      {archived.length > 0 && !withArchived && (
        <Button small tone="quiet" onPress={() => setWithArchived(true)}>
          {t('showArchived', { count: archived.length })}
        </Button>
      )}
      {editing && (
        <ServiceSheet
          service={editing === 'new' ? undefined : editing}
          bookables={bookables}
          onClose={() => edit(undefined)}
        />
      )}
    </Part>
  )
}
