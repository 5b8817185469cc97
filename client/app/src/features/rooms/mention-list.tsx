// Names that fit what is being typed after an @. The field keeps the focus; keys choose here.
import { useEffect, useMemo, useState } from 'react'
import { fold } from '@/i18n/fold'
import { announce } from '@/ui/announce'
import { Avatar } from '@/ui/avatar'
import { type MentionQuery, mentionAt, type Named } from './rich'
import { roomTexts, useRoomTexts } from './texts'

const SHOWN = 6
export const optionId = (user: string): string => `mention-${user}`

export interface Mentioning {
  found: readonly Named[]
  chosen: Named | undefined
  query: MentionQuery | undefined
  move: (step: number) => void
  close: () => void
}

/** The name is there, and the words go on. */
const isWhole = (name: string, typed: string): boolean =>
  /\s$/.test(typed) && fold(name) === fold(typed)

/** Every word of a name may begin what was typed: "@şah" finds Elif Şahin. */
const fits = (name: string, typed: string): boolean => {
  const folded = fold(name)
  const query = fold(typed)
  return folded.startsWith(query) || folded.split(' ').some((word) => word.startsWith(query))
}

export function useMentioning(text: string, caret: number, people: readonly Named[]): Mentioning {
  const query = mentionAt(text, caret)
  const [closedAt, setClosedAt] = useState<number>()
  const [index, setIndex] = useState(0)
  const typed = query?.typed
  const found = useMemo(
    () =>
      typed === undefined || people.some((one) => isWhole(one.name, typed))
        ? []
        : people.filter((one) => fits(one.name, typed)).slice(0, SHOWN),
    [typed, people],
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: another word begins at the first again
  useEffect(() => setIndex(0), [typed])
  const isOpen = query !== undefined && closedAt !== query.at
  const count = isOpen ? found.length : 0
  useEffect(() => {
    if (count > 0) announce(roomTexts('mentionFound', { count }))
  }, [count])
  return {
    found: isOpen ? found : [],
    chosen: isOpen ? found[index] : undefined,
    query: isOpen ? query : undefined,
    move: (step) => setIndex((now) => (now + step + found.length) % Math.max(1, found.length)),
    close: () => setClosedAt(query?.at),
  }
}

export function MentionList({
  id,
  mentioning,
  onPick,
}: {
  id: string
  mentioning: Mentioning
  onPick: (person: Named) => void
}) {
  const t = useRoomTexts()
  if (mentioning.found.length === 0) return null
  return (
    <div className="pop mention-pop menu" role="listbox" id={id} aria-label={t('mention')}>
      {mentioning.found.map((person) => (
        // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus
        // biome-ignore lint/a11y/useKeyWithClickEvents: the field hears the keys
        <div
          key={person.id}
          id={optionId(person.id)}
          role="option"
          aria-selected={person === mentioning.chosen}
          className="mi"
          data-focused={person === mentioning.chosen || undefined}
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onPick(person)}
        >
          <Avatar person={person} />
          <span className="el">{person.name}</span>
        </div>
      ))}
    </div>
  )
}
