// The bell: how much is unread, and the way to all of it. What comes while one looks is said once.
import './notifications.css'
import { useRouter } from '@tanstack/react-router'
import { Bell as BellIcon } from 'lucide-react'
import { lazy, Suspense, useCallback, useEffect, useState } from 'react'
import { useCommands } from '@/commands'
import { usePeople } from '@/features/customers/people'
import { useRow, useTopic, useTopicEvents } from '@/live/hooks'
import { Icon } from '@/ui/icon'
import { toast } from '@/ui/toasts'
import type { Ev } from '@/wire/frames'
import type { Notification } from '@/wire/work'
import { markRead } from './commands'
import { emptyInbox, type Inbox } from './model'
import { linkOf, said } from './sentences'
import { useNotificationTexts } from './texts'

const Panel = lazy(() => import('./panel'))

/** What somebody should know at once; the rest waits behind the bell. */
const urgent: readonly string[] = ['reminder_due', 'appointment_soon', 'mentioned']

export const useInbox = (): Inbox => useRow<Inbox>(useTopic('me'), 'inbox', 'self') ?? emptyInbox

function useArrivals(): void {
  const t = useNotificationTexts()
  const router = useRouter()
  const people = usePeople()
  const listener = useCallback(
    (ev: Ev) => {
      if (ev.op !== 'notification.added' || document.hidden) return
      const { notification } = ev.d as { notification?: Notification }
      if (!notification || !urgent.includes(notification.kind)) return
      const { what, about } = said(notification, (id) => people.of(id).name)
      const link = linkOf(notification)
      toast([what, about].filter(Boolean).join(': '), {
        key: notification.id,
        ...(link
          ? {
              action: {
                label: t('open'),
                run: () => {
                  markRead([notification.id])
                  router.history.push(link)
                },
              },
            }
          : {}),
      })
    },
    [t, router, people],
  )
  useTopicEvents('me', listener)
}

/** `lead`: this one speaks for the window; there may be a second one for narrow screens. */
export function Bell({ lead }: { lead?: boolean }) {
  const t = useNotificationTexts()
  const { unread } = useInbox()
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      {lead && <BellVoice unread={unread} onOpen={() => setOpen(true)} />}
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

function BellVoice({ unread, onOpen }: { unread: number; onOpen: () => void }) {
  const t = useNotificationTexts()
  useArrivals()
  useEffect(() => {
    // The number on the installed app's icon; browsers without it do not mind.
    const app = navigator as Navigator & {
      setAppBadge?: (n: number) => Promise<void>
      clearAppBadge?: () => Promise<void>
    }
    if (unread > 0) void app.setAppBadge?.(unread).catch(() => undefined)
    else void app.clearAppBadge?.().catch(() => undefined)
  }, [unread])
  useCommands(t('title'), () => [
    {
      id: 'notifications.open',
      title: t('bell'),
      icon: BellIcon,
      keys: 'g n',
      words: 'notifications bildirim zil bell',
      run: onOpen,
    },
  ])
  return null
}
