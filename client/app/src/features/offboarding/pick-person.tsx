// One of the people, found by name: those who are here first.
import { useState } from 'react'
import { compareNames, fold } from '@/i18n/fold'
import { roleName } from '@/session/roles'
import { Avatar } from '@/ui/avatar'
import { Chip } from '@/ui/chip'
import { SearchField } from '@/ui/search-field'
import type { Role, User } from '@/wire/records'
import { useOffboardingTexts } from './texts'

export function PickPerson({
  people,
  roles,
  onPick,
}: {
  people: readonly User[]
  roles: readonly Role[]
  onPick: (user: User) => void
}) {
  const t = useOffboardingTexts()
  const [typed, setTyped] = useState('')
  const query = fold(typed)
  const found = people
    .filter((user) => fold(`${user.name} ${user.email}`).includes(query))
    .sort((a, b) => Number(b.active) - Number(a.active) || compareNames(a.name, b.name))
  return (
    <>
      <SearchField label={t('findPerson')} value={typed} onChange={setTyped} />
      {found.length === 0 ? (
        <p className="t3">{t('nobody')}</p>
      ) : (
        <ul className="pick-list scroll">
          {found.map((user) => (
            <li key={user.id}>
              <button
                type="button"
                aria-label={t('choose', { name: user.name })}
                onClick={() => onPick(user)}
              >
                <Avatar person={user} size="m" />
                <span className="names">
                  <b>{user.name}</b>
                  <span className="sm t3">
                    {roleName(user.role, roles)} · {user.email}
                  </span>
                </span>
                {!user.active && <Chip>{t('closed')}</Chip>}
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}
