// A new board, and the dialog that names one: also where there is no board yet.
import { useState } from 'react'
import { performOrThrow } from '@/live/live'
import { problemText } from '@/session/errors'
import { Dialog, FormButtons } from '@/ui/dialog'
import { TextField } from '@/ui/field'
import { toast } from '@/ui/toasts'
import { useBoardTexts } from './texts'

/** Makes a board and opens it. */
export async function createBoard(name: string, go: (id: string) => void): Promise<void> {
  try {
    const res = await performOrThrow({
      topic: 'tenant',
      op: 'board.create',
      d: { name },
      label: name,
    })
    const { board_id } = (res.d ?? {}) as { board_id?: string }
    if (board_id) go(board_id)
  } catch (error) {
    toast(problemText(error))
  }
}

export function NameDialog({
  title,
  name: first,
  onSave,
  onClose,
}: {
  title: string
  name: string
  onSave: (name: string) => void
  onClose: () => void
}) {
  const t = useBoardTexts()
  const [name, setName] = useState(first)
  const clean = name.trim()
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={title}
      onSubmit={() => {
        if (!clean) return
        if (clean !== first) onSave(clean)
        onClose()
      }}
      footer={<FormButtons onCancel={onClose} isDisabled={!clean} />}
    >
      <TextField label={t('boardName')} value={name} onChange={setName} autoFocus maxLength={80} />
    </Dialog>
  )
}
