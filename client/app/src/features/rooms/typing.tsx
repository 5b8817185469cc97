// Who is writing, above the field; over once their message is here.
import { useCallback, useRef } from 'react'
import { usePresence, useTopic, useTopicEvents } from '@/live/hooks'
import { Avatar } from '@/ui/avatar'
import type { Ev } from '@/wire/frames'
import { useRoomTexts } from './texts'
import { useChat } from './use-rooms'

/** Heard at most so long after it was typed. */
const FADES_MS = 5000

export function useTyping(room: string): readonly string[] {
  const { me } = useChat()
  const { typing } = usePresence(useTopic(`room:${room}`))
  const spoke = useRef(new Map<string, number>())
  const listener = useCallback((ev: Ev) => {
    if (ev.op === 'message.sent' && ev.by) spoke.current.set(ev.by, Date.now())
  }, [])
  useTopicEvents(`room:${room}`, listener)
  return typing
    .filter(({ by, until }) => by !== me && until - FADES_MS > (spoke.current.get(by) ?? 0))
    .map(({ by }) => by)
}

export function TypingLine({ room }: { room: string }) {
  const t = useRoomTexts()
  const { people } = useChat()
  const typing = useTyping(room).map((id) => people.of(id))
  const [first, second] = typing
  if (!first) return null
  const said =
    typing.length > 2
      ? t('typingMany', { count: typing.length })
      : second
        ? t('typingTwo', { name: first.name, other: second.name })
        : t('typing', { name: first.name })
  return (
    <div className="typing">
      <Avatar person={first} />
      <span>{said}</span>
      <span className="dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
    </div>
  )
}
