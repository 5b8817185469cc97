// The bell: how much is unread, and the way to all of it.
import './notifications.css'
import { Bell as BellIcon } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useRow, useTopic } from '@/live/hooks'
import { useLooking } from '@/session/see-as'
import { useShellTexts } from '@/shell/texts'
import { Icon } from '@/ui/icon'
import { emptyInbox, type Inbox } from './model'

const Panel = lazy(() => import('./panel'))
const BellVoice = lazy(() => import('./bell-voice'))

export const useInbox = (): Inbox => useRow<Inbox>(useTopic('me'), 'inbox', 'self') ?? emptyInbox

/** `lead`: this one speaks for the window; there may be a second one for narrow screens. */
export function Bell({ lead }: { lead?: boolean }) {
  const t = useShellTexts()
  const { unread } = useInbox()
  const [isOpen, setOpen] = useState(false)
  // What somebody is told is theirs alone.
  if (useLooking()) return null
  return (
    <>
      {lead && (
        <Suspense>
          <BellVoice unread={unread} onOpen={() => setOpen(true)} />
        </Suspense>
      )}
      <button
        type="button"
        className="bell"
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onClick={() => setOpen(true)}
      >
        <Icon of={BellIcon} />
        <span className="bell-name">{t('bell')}</span>
        {unread > 0 && (
          <span className="cnt nav-cnt">
            <span aria-hidden="true">{unread > 99 ? '99+' : unread}</span>
            <span className="vh">{t('unread', { count: unread })}</span>
          </span>
        )}
      </button>
      {isOpen && (
        <Suspense>
          <Panel onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  )
}
