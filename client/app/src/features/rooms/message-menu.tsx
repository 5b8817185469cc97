// What can be done with a message: by right click, a resting finger, or the menu key.
import { ClipboardCopy, History, MailOpen, Pencil, Reply, SmilePlus, Trash2 } from 'lucide-react'
import { announce } from '@/ui/announce'
import { MenuAt, MenuItem } from '@/ui/menu'
import type { Message } from '@/wire/rooms'
import type { Talk } from './talk'
import { useRoomTexts } from './texts'

export interface Opened {
  what: 'menu' | 'emojis' | 'history'
  message: Message
  anchor: Element | null
}

export function MessageMenu({
  opened,
  talk,
  canModerate,
  onClose,
  onEdit,
  onDelete,
  onUnread,
  onHistory,
}: {
  opened: Opened
  talk: Talk
  /** May take away what others said. */
  canModerate: boolean
  onClose: () => void
  onEdit: (message: Message) => void
  onDelete: (message: Message) => void
  /** Absent for who is not in the room. */
  onUnread: ((message: Message) => void) | undefined
  onHistory: (message: Message) => void
}) {
  const t = useRoomTexts()
  const { message, anchor } = opened
  const isMine = message.by === talk.me
  const isThere = !message.deleted_at
  const copy = () =>
    void navigator.clipboard?.writeText(message.text).then(() => announce(t('copied')))
  return (
    <MenuAt anchor={anchor} onClose={onClose} label={t('messageActions')}>
      {talk.canWrite && isThere && (
        <>
          <MenuItem icon={Reply} hint="R" onAction={() => talk.reply(message)}>
            {t('reply')}
          </MenuItem>
          <MenuItem icon={SmilePlus} hint="+" onAction={() => talk.openEmojis(message, anchor)}>
            {t('react')}
          </MenuItem>
        </>
      )}
      {talk.canWrite && isMine && isThere && (
        <MenuItem icon={Pencil} hint="E" onAction={() => onEdit(message)}>
          {t('edit')}
        </MenuItem>
      )}
      {isThere && (
        <MenuItem icon={ClipboardCopy} onAction={copy}>
          {t('copy')}
        </MenuItem>
      )}
      {(message.edited_at || (message.deleted_at && (isMine || canModerate))) && (
        <MenuItem icon={History} onAction={() => onHistory(message)}>
          {t('history')}
        </MenuItem>
      )}
      {onUnread && (
        <MenuItem icon={MailOpen} hint="U" onAction={() => onUnread(message)}>
          {t('markUnread')}
        </MenuItem>
      )}
      {isThere && (isMine || canModerate) && talk.canWrite && (
        <MenuItem icon={Trash2} danger hint="Del" onAction={() => onDelete(message)}>
          {t('delete')}
        </MenuItem>
      )}
    </MenuAt>
  )
}
