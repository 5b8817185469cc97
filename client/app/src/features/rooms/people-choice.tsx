// Colleagues to choose from: found by a word, chosen with a tick or, where one is enough, a press.
import { useState } from 'react'
import type { People } from '@/features/customers/people'
import { fold } from '@/i18n/fold'
import { Avatar } from '@/ui/avatar'
import { Checkbox } from '@/ui/field'
import { SearchField } from '@/ui/search-field'
import { walk } from './list'
import { useRoomTexts } from './texts'
import { useHere } from './use-rooms'

export function PeopleChoice({
  people,
  without,
  chosen,
  onChoose,
  onOne,
  autoFocus = true,
}: {
  people: People
  without: ReadonlySet<string>
  chosen?: ReadonlySet<string>
  onChoose?: (id: string, on: boolean) => void
  /** One is enough: a press chooses. */
  onOne?: (id: string) => void
  autoFocus?: boolean
}) {
  const t = useRoomTexts()
  const here = useHere()
  const [typed, setTyped] = useState('')
  const query = fold(typed)
  const found = people.active.filter(
    (user) => !without.has(user.id) && fold(user.name).includes(query),
  )
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrow keys walk the names inside
    <div className="choice" onKeyDown={walk}>
      <SearchField
        label={t('findPerson')}
        value={typed}
        onChange={setTyped}
        autoFocus={autoFocus}
      />
      <ul className="scroll" tabIndex={found.length === 0 ? -1 : 0} aria-label={t('people')}>
        {found.map((user) => (
          <li key={user.id}>
            {onOne ? (
              <button type="button" className="choice-one" data-walk onClick={() => onOne(user.id)}>
                <Avatar person={user} size="m" state={here.get(user.id)} />
                <span className="el">{user.name}</span>
              </button>
            ) : (
              <span className="choice-one">
                <Avatar person={user} size="m" state={here.get(user.id)} />
                <Checkbox
                  label={user.name}
                  isSelected={chosen?.has(user.id) ?? false}
                  onChange={(on) => onChoose?.(user.id, on)}
                />
              </span>
            )}
          </li>
        ))}
        {found.length === 0 && <li className="t3">{t('nobody')}</li>}
      </ul>
    </div>
  )
}

export function useChosen() {
  const [chosen, set] = useState<ReadonlySet<string>>(new Set())
  const choose = (id: string, on: boolean) =>
    set((now) => new Set(on ? [...now, id] : [...now].filter((one) => one !== id)))
  return { chosen, choose }
}
