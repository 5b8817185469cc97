// What a room is called and what it is for.
import { useState } from 'react'
import { problemText } from '@/session/errors'
import { Dialog, FormButtons } from '@/ui/dialog'
import { TextField } from '@/ui/field'
import { toast } from '@/ui/toasts'
import type { Room } from '@/wire/rooms'
import { isOfName, updateRoom } from './commands'
import { useRoomTexts } from './texts'

export const NAME_MOST = 80
export const PURPOSE_MOST = 250

export function DetailsDialog({ room, onClose }: { room: Room; onClose: () => void }) {
  const t = useRoomTexts()
  const [name, setName] = useState(room.name ?? '')
  const [purpose, setPurpose] = useState(room.purpose ?? '')
  const [error, setError] = useState<string>()
  const clean = name.trim()
  const isChanged = clean !== room.name || purpose.trim() !== (room.purpose ?? '')
  const save = async () => {
    if (!clean) return
    try {
      if (isChanged) await updateRoom(room, { name: clean, purpose: purpose.trim() })
      onClose()
    } catch (why) {
      if (isOfName(why)) setError(problemText(why))
      else toast(problemText(why))
    }
  }
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t('details')}
      keepOpen={isChanged}
      onSubmit={() => void save()}
      footer={<FormButtons onCancel={onClose} isDisabled={!clean} />}
    >
      <TextField
        label={t(room.kind === 'channel' ? 'channelName' : 'groupName')}
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
        rows={2}
      />
    </Dialog>
  )
}
