// Who else looks at this board.
import { usePresence } from '@/live/hooks'
import { Avatar } from '@/ui/avatar'
import type { User } from '@/wire/records'
import type { BoardControl } from './control'
import { useBoardTexts } from './texts'

const SHOWN = 3

export function BoardPeople({ control, users }: { control: BoardControl; users: readonly User[] }) {
  const t = useBoardTexts()
  const { people } = usePresence(control.source)
  const here = people
    .filter((person) => person.user !== control.me)
    .map((person) => ({ person, user: users.find((u) => u.id === person.user) }))
    .filter((x): x is typeof x & { user: User } => x.user !== undefined)
    .sort((a, b) => Number(a.person.state === 'idle') - Number(b.person.state === 'idle'))
  if (here.length === 0) return null
  return (
    <span className="row lookers" role="group" aria-label={t('lookingAt')}>
      {here.slice(0, SHOWN).map(({ person, user }) => (
        <Avatar key={user.id} person={user} size="m" state={person.state} />
      ))}
      {here.length > SHOWN && (
        <span
          className="av m more"
          title={here
            .slice(SHOWN)
            .map((x) => x.user.name)
            .join(', ')}
        >
          +{here.length - SHOWN}
        </span>
      )}
    </span>
  )
}
