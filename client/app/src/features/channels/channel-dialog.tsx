// Claims an account by hand, or changes a channel. What is typed stays when a colleague was faster.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { CommandError } from '@/live/engine'
import { refusal } from '@/live/refusal'
import { errorText } from '@/session/errors'
import { Button } from '@/ui/button'
import { Dialog, FormButtons } from '@/ui/dialog'
import { SelectField, TextField } from '@/ui/field'
import type { Channel, ChannelKind, Connection } from '@/wire/channels'
import { channelKinds } from '@/wire/channels'
import { claim, updateChannel } from './commands'
import { hoursOf, isExternalId, SILENT_HOURS } from './fields'
import { kindName } from './lines'
import { useChannels } from './queries'
import { useChannelTexts } from './texts'

const NAME_MOST = 200

export function ChannelDialog({
  connection,
  channel,
  onClose,
}: {
  /** Where a new one is claimed. */
  connection?: Connection
  channel?: Channel
  onClose: () => void
}) {
  const t = useChannelTexts()
  const queries = useQueryClient()
  const channels = useChannels().data
  const [base, setBase] = useState(channel)
  const [kind, setKind] = useState<ChannelKind>(channel?.kind ?? 'whatsapp')
  const [external, setExternal] = useState('')
  const [name, setName] = useState(channel?.name ?? '')
  const [hours, setHours] = useState(String(channel?.silent_hours ?? SILENT_HOURS))
  const [tried, setTried] = useState(false)
  const silent_hours = hoursOf(hours)
  const save = useMutation({
    mutationFn: async () => {
      const parts = { name: name.trim(), silent_hours: silent_hours ?? 0 }
      if (base) await updateChannel(queries, base, parts)
      else if (connection)
        await claim(queries, {
          connection: connection.id,
          kind,
          external_id: external.trim(),
          ...parts,
        })
    },
    onSuccess: onClose,
  })
  const error = save.error
  const isConflict = error instanceof CommandError && error.reason === 'version_conflict'
  const refused = error && !isConflict ? refusal(error) : undefined
  const isGone = base && channels && !channels.some((each) => each.id === base.id)
  const missing = {
    external_id: base
      ? undefined
      : !external.trim()
        ? errorText('required')
        : isExternalId(external)
          ? undefined
          : t('badExternal'),
    name: name.trim() ? undefined : errorText('required'),
    silent_hours: silent_hours === undefined ? t('badHours') : undefined,
  }
  const taken = error instanceof CommandError && error.fields?.some(({ code }) => code === 'taken')
  const said = (field: keyof typeof missing) =>
    (tried ? missing[field] : undefined) ??
    (field === 'external_id' && taken ? t('externalTaken') : refused?.fields[field])
  const change =
    <T,>(set: (value: T) => void) =>
    (value: T) => {
      set(value)
      if (error && !isConflict) save.reset()
    }
  const showTheirs = () => {
    const theirs = channels?.find((each) => each.id === base?.id)
    if (!theirs) return onClose()
    setBase(theirs)
    setName(theirs.name)
    setHours(String(theirs.silent_hours))
    save.reset()
  }
  const isTyped =
    name !== (channel?.name ?? '') ||
    external !== '' ||
    hours !== String(channel?.silent_hours ?? SILENT_HOURS)
  return (
    <Dialog
      isOpen
      onClose={onClose}
      keepOpen={isTyped}
      title={t(channel ? 'editChannel' : 'addChannel')}
      onSubmit={() => {
        setTried(true)
        const isWhole = Object.values(missing).every((each) => !each)
        if (isWhole && !save.isPending && !isConflict && !isGone) save.mutate()
      }}
      footer={
        <FormButtons
          onCancel={onClose}
          isPending={save.isPending}
          isDisabled={isConflict || Boolean(isGone)}
          {...(channel ? {} : { action: t('addChannel') })}
        />
      }
    >
      {isGone ? (
        <div className="conflict" role="alert">
          <p>{t('goneMeanwhile')}</p>
        </div>
      ) : (
        isConflict && (
          <div className="conflict" role="alert">
            <p>{t('conflict')}</p>
            <div>
              <Button small onPress={showTheirs}>
                {t('showTheirs')}
              </Button>
            </div>
          </div>
        )
      )}
      {!channel && (
        <>
          <SelectField
            label={t('kind')}
            options={channelKinds.map((id) => ({ id, label: kindName(id) }))}
            value={kind}
            onChange={change(setKind)}
          />
          <TextField
            label={t(`external.${kind}`)}
            hint={t(`externalHint.${kind}`)}
            value={external}
            onChange={change(setExternal)}
            error={said('external_id')}
            inputMode="numeric"
            autoComplete="off"
            autoFocus
          />
        </>
      )}
      <TextField
        label={t('channelName')}
        hint={t('channelNameHint')}
        value={name}
        onChange={change(setName)}
        error={said('name')}
        maxLength={NAME_MOST}
        autoComplete="off"
        autoFocus={channel !== undefined}
      />
      <TextField
        label={t('silentHours')}
        hint={t('silentHoursHint')}
        value={hours}
        onChange={change(setHours)}
        error={said('silent_hours')}
        inputMode="numeric"
        autoComplete="off"
      />
      {refused?.whole && (
        <p className="ferr" role="alert">
          {refused.whole}
        </p>
      )}
    </Dialog>
  )
}
