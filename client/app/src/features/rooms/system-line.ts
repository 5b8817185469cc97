// Lines that nobody said: who came, who went, what the room is called now.
import { useCallback } from 'react'
import type { Message } from '@/wire/rooms'
import { useRoomTexts } from './texts'
import { useChat } from './use-rooms'

const NAMED_MOST = 4

/** The line of a message; undefined where somebody said it. */
export function useLines(): (message: Pick<Message, 'kind' | 'by' | 'what'>) => string | undefined {
  const t = useRoomTexts()
  const { people, me } = useChat()
  return useCallback(
    ({ kind, by, what }) => {
      if (kind !== 'system') return undefined
      const nameOf = (id: string) => (id === me ? t('you') : people.of(id).name)
      const all = what?.users ?? []
      const shown = all.slice(0, NAMED_MOST).map(nameOf).join(', ')
      const more = all.length - NAMED_MOST
      const users = more > 0 ? t('andMore', { names: shown, count: more }) : shown
      switch (what?.act) {
        case 'joined':
          return t('line.joined', { users })
        case 'left':
          return t('line.left', { users })
        case 'added':
          return t('line.added', { by: nameOf(by), users })
        case 'removed':
          return t('line.removed', { by: nameOf(by), users })
        case 'renamed':
          return t('line.renamed', { by: nameOf(by), name: what.name ?? '' })
        default:
          // Of a later version of the server.
          return ''
      }
    },
    [t, people, me],
  )
}
