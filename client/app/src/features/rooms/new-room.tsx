// A new conversation: with one colleague by a press, with several as a group, with everybody as a
// channel.
import { useState } from 'react'
import { problemText } from '@/session/errors'
import { ChoiceBar } from '@/ui/choice-bar'
import { Dialog, FormButtons } from '@/ui/dialog'
import { TextField } from '@/ui/field'
import { toast } from '@/ui/toasts'
import type { RoomKind } from '@/wire/rooms'
import { createRoom, isOfName, type NewRoom } from './commands'
import { NAME_MOST, PURPOSE_MOST } from './details'
import { PeopleChoice, useChosen } from './people-choice'
import { useRoomTexts } from './texts'
import { useChat } from './use-rooms'

const kinds: readonly RoomKind[] = ['direct', 'group', 'channel']

export default function NewRoomDialog({
  kind: first,
  onClose,
  onOpen,
}: {
  kind: RoomKind
  onClose: () => void
  onOpen: (room: string) => void
}) {
  const t = useRoomTexts()
  const { people, me } = useChat()
  const [kind, setKind] = useState(first)
  const [name, setName] = useState('')
  const [purpose, setPurpose] = useState('')
  const [error, setError] = useState<string>()
  const [isPending, setPending] = useState(false)
  const { chosen, choose } = useChosen()
  const clean = name.trim()

  const make = async (wish: NewRoom) => {
    setPending(true)
    setError(undefined)
    try {
      onOpen(await createRoom(wish))
    } catch (why) {
      if (isOfName(why)) setError(problemText(why))
      else toast(problemText(why))
      setPending(false)
    }
  }
  const submit = () => {
    if (!clean || isPending) return
    const about = purpose.trim()
    void make({ kind, name: clean, members: [...chosen], ...(about ? { purpose: about } : {}) })
  }
  const isDirect = kind === 'direct'
  const options = kinds.map((id) => ({ id, text: t(`kind.${id}`) }))
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t('newMessage')}
      keepOpen={clean !== '' || chosen.size > 0}
      {...(isDirect
        ? {}
        : {
            onSubmit: submit,
            footer: (
              <FormButtons
                onCancel={onClose}
                action={t('create')}
                isDisabled={!clean}
                isPending={isPending}
              />
            ),
          })}
    >
      <ChoiceBar label={t('kind')} options={options} value={kind} onChange={setKind} />
      {!isDirect && (
        <>
          {kind === 'channel' && <p className="hint">{t('channelLead')}</p>}
          <TextField
            label={t(kind === 'channel' ? 'channelName' : 'groupName')}
            value={name}
            onChange={setName}
            maxLength={NAME_MOST}
            error={error}
            autoFocus
          />
          <TextField
            label={t('purpose')}
            value={purpose}
            onChange={setPurpose}
            maxLength={PURPOSE_MOST}
          />
        </>
      )}
      <PeopleChoice
        key={String(isDirect)}
        people={people}
        without={new Set([me])}
        autoFocus={isDirect}
        {...(isDirect
          ? { onOne: (id: string) => void (isPending || make({ kind: 'direct', members: [id] })) }
          : { chosen, onChoose: choose })}
      />
    </Dialog>
  )
}
