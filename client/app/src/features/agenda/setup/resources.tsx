// Rooms, devices and other things that one appointment at a time uses.
import { useState } from 'react'
import { Part } from '@/shell/sections'
import { Button } from '@/ui/button'
import { Dialog, FormButtons } from '@/ui/dialog'
import { SelectField, TextField } from '@/ui/field'
import { Icon } from '@/ui/icon'
import { EmptyState } from '@/ui/states'
import type { Resource, ResourceKind } from '@/wire/agenda'
import { resourceIcon, resourceKinds } from '../kinds'
import type { Bookables } from '../range'
import { refusedFields, refusedWhole } from '../refusals'
import { setUp } from './commands'
import { RowActions } from './row-actions'
import { useSetupTexts } from './texts'

const COLOURS = [1, 2, 3, 4, 5, 6, 7, 8]

function ResourceDialog({
  resource,
  next,
  onClose,
}: {
  resource: Resource | undefined
  /** The colour that nobody has yet. */
  next: number
  onClose: () => void
}) {
  const t = useSetupTexts()
  const [name, setName] = useState(resource?.name ?? '')
  const [kind, setKind] = useState<ResourceKind>(resource?.kind ?? 'room')
  const [colour, setColour] = useState(resource?.colour ?? next)
  const [tried, setTried] = useState(false)
  const [error, setError] = useState<unknown>()
  const [isPending, setPending] = useState(false)
  const submit = async () => {
    setTried(true)
    if (!name.trim()) return
    setPending(true)
    setError(undefined)
    const d = { name: name.trim(), kind, colour }
    try {
      await (resource
        ? setUp('resource.update', { resource: resource.id, ...d })
        : setUp('resource.create', d))
      onClose()
    } catch (refused) {
      setPending(false)
      setError(refused)
    }
  }
  const errors = refusedFields(error)
  const whole = refusedWhole(error, ['name', 'kind', 'colour'])
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={resource ? t('editResource', { name: resource.name }) : t('addResource')}
      onSubmit={() => void submit()}
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
      <SelectField
        label={t('kind')}
        value={kind}
        onChange={setKind}
        options={resourceKinds.map((id) => ({
          id,
          label: t(`kind.${id}`),
          mark: <Icon of={resourceIcon(id)} />,
        }))}
      />
      <div className="field">
        <span className="lbl">{t('colour')}</span>
        <div className="colours" role="radiogroup" aria-label={t('colour')}>
          {COLOURS.map((each) => (
            <button
              key={each}
              type="button"
              role="radio"
              aria-checked={colour === each}
              aria-label={t('colourN', { n: each })}
              style={{ '--c': `var(--stage-${each})` } as React.CSSProperties}
              onClick={() => setColour(each)}
            />
          ))}
        </div>
      </div>
      {whole && (
        <p className="ferr" role="alert">
          {whole}
        </p>
      )}
    </Dialog>
  )
}

export function ResourcesPart({ bookables }: { bookables: Bookables }) {
  const t = useSetupTexts()
  const [editing, edit] = useState<Resource | 'new'>()
  const [withArchived, setWithArchived] = useState(false)
  const all = bookables.all.resources
  const archived = all.filter((each) => each.archived_at)
  const shown = withArchived ? all : bookables.resources
  const used = new Set(all.map((each) => each.colour))
  const next = COLOURS.find((each) => !used.has(each)) ?? (all.length % COLOURS.length) + 1
  const add = <Button onPress={() => edit('new')}>{t('addResource')}</Button>
  return (
    <Part title={t('resources')} lead={t('resourcesLead')} action={shown.length > 0 && add}>
      {shown.length === 0 && (
        <EmptyState title={t('noResources')} action={add}>
          {t('noResourcesBody')}
        </EmptyState>
      )}
      {shown.length > 0 && (
        <ul className="lines">
          {shown.map((each) => (
            <li key={each.id}>
              <span
                className="swatch"
                style={
                  {
                    '--c-bg': `color-mix(in srgb, var(--stage-${each.colour}) 20%, var(--surface-1))`,
                  } as React.CSSProperties
                }
              >
                <Icon of={resourceIcon(each.kind)} size="s" />
              </span>
              <div className="names">
                <b>{each.name}</b>
                <span className="sm t3">{t(`kind.${each.kind}`)}</span>
              </div>
              <RowActions
                of="resource"
                record={each}
                editLabel={t('editResource', { name: each.name })}
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
        <ResourceDialog
          resource={editing === 'new' ? undefined : editing}
          next={next}
          onClose={() => edit(undefined)}
        />
      )}
    </Part>
  )
}
