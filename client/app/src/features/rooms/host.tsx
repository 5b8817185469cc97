// The chat's part of every screen: a number in the navigation, a new message from anywhere, drafts
// that follow the session, and rooms that follow my membership.
import { useRouter } from '@tanstack/react-router'
import { MessageSquarePlus } from 'lucide-react'
import { useEffect } from 'react'
import { useCommands } from '@/commands'
import { ownEngine } from '@/live/live'
import { useObservable } from '@/live/observable'
import { useOwner } from '@/session/session'
import { followSession } from './drafts'
import { followRooms } from './follow'
import { useRoomTexts } from './texts'
import { toldRooms, useRooms } from './use-rooms'

/** In how many conversations something waits; on the way to them in the navigation. */
export function ChatBadge() {
  const t = useRoomTexts()
  const count = toldRooms(useRooms().rooms)
  if (count === 0) return null
  return (
    <span className="cnt nav-cnt">
      <span aria-hidden="true">{count > 99 ? '99+' : count}</span>
      <span className="vh">{t('waiting', { count })}</span>
    </span>
  )
}

export function ChatHost() {
  const t = useRoomTexts()
  const router = useRouter()
  const me = useOwner().user.id
  const live = useObservable(ownEngine)
  useEffect(followSession, [])
  useEffect(() => live && followRooms(live, me), [live, me])
  useCommands(t('title'), () => [
    {
      id: 'chat.new',
      title: t('newMessage'),
      icon: MessageSquarePlus,
      words: 'mesaj sohbet chat message yaz write',
      run: () => void router.navigate({ to: '/chat', search: { make: 'direct' } }),
    },
  ])
  return null
}
