// Marking and choosing; all on `me`, so that every tab and device agrees.
import { perform } from '@/live/live'
import type { NotificationSettings } from '@/wire/work'
import { notificationTexts as t } from './texts'

const AT_ONCE = 200

export function markRead(ids: readonly string[]): void {
  for (let i = 0; i < ids.length; i += AT_ONCE) {
    const d = { ids: ids.slice(i, i + AT_ONCE) }
    void perform({ topic: 'me', op: 'notification.read', d, label: t('markRead') })
  }
}
export function markAllRead(): void {
  void perform({ topic: 'me', op: 'notification.read', d: {}, label: t('markAll') })
}
export function markUnread(id: string): void {
  const d = { ids: [id] }
  void perform({ topic: 'me', op: 'notification.unread', d, label: t('markUnread') })
}
export function chooseSettings(settings: NotificationSettings): void {
  void perform({ topic: 'me', op: 'notification.set', d: { settings }, label: t('settings') })
}
