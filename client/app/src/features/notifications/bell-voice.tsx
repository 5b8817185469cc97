// What the bell says beside its number: what comes while one looks is said once, and the way to
// the centre by key and palette.
import { useRouter } from '@tanstack/react-router'
import { Bell as BellIcon } from 'lucide-react'
import { useCallback, useEffect } from 'react'
import { useCommands } from '@/commands'
import { usePeople } from '@/features/customers/people'
import { useTopicEvents } from '@/live/hooks'
import { toast } from '@/ui/toasts'
import type { Ev } from '@/wire/frames'
import type { Notification } from '@/wire/work'
import { markRead } from './commands'
import { renewPush } from './push'
import { linkOf, said } from './sentences'
import { useNotificationTexts } from './texts'

/** What somebody should know at once; the rest waits behind the bell. */
const urgent: readonly string[] = [
  'reminder_due',
  'appointment_soon',
  'mentioned',
  'direct_message',
]

/** What it is about is on the screen already. */
const isHere = (link: string | undefined): boolean =>
  link?.startsWith('/chat/') === true &&
  document.hasFocus() &&
  link.split('?')[0] === location.pathname

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
      if (isHere(link)) return
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

export default function BellVoice({ unread, onOpen }: { unread: number; onOpen: () => void }) {
  const t = useNotificationTexts()
  useArrivals()
  const router = useRouter()
  // Without a connection the next start tells it.
  useEffect(() => void renewPush().catch(() => undefined), [])
  useEffect(() => {
    // A press on a device notification, told by the worker.
    const heard = ({ data }: MessageEvent) => {
      const open = (data as { open?: unknown } | null)?.open
      if (typeof open === 'string' && open.startsWith('/')) router.history.push(open)
    }
    const worker = navigator.serviceWorker as ServiceWorkerContainer | undefined
    worker?.addEventListener('message', heard)
    return () => worker?.removeEventListener('message', heard)
  }, [router])
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
      title: t('title'),
      icon: BellIcon,
      keys: 'g n',
      words: 'notifications bildirim zil bell',
      run: onOpen,
    },
  ])
  return null
}
