// What the palette and the keys can do with the agenda.
import { useNavigate } from '@tanstack/react-router'
import {
  Ban,
  CalendarDays,
  ChevronLeft,
  ChevronRight,
  Plus,
  Settings2,
  UserRound,
  Users,
} from 'lucide-react'
import { useCommands } from '@/commands'
import { usePeople } from '@/features/customers/people'
import { useTeams } from '@/live/hooks'
import { usePermission } from '@/session/session'
import { Avatar } from '@/ui/avatar'
import { type ViewName, views } from './days'
import { type AgendaSearch, EVERYBODY } from './search'
import { useAgendaTexts } from './texts'

export type Change = { [K in keyof AgendaSearch]?: AgendaSearch[K] | undefined }

export function useAgendaCommands({
  search,
  view,
  isMine,
  book,
  show,
  step,
  go,
  choose,
}: {
  search: AgendaSearch
  view: ViewName
  isMine: boolean
  /** Absent for those who may only look. */
  book: (() => void) | undefined
  show: (view: ViewName) => void
  step: (by: 1 | -1) => void
  go: (change: Change) => void
  choose: (choice: Pick<AgendaSearch, 'people' | 'resources' | 'team'>) => void
}): void {
  const t = useAgendaTexts()
  const navigate = useNavigate()
  const people = usePeople()
  const teams = useTeams()
  const canManage = usePermission('agenda.manage')
  useCommands(t('agenda'), () => [
    ...(book
      ? [
          {
            id: 'agenda.new',
            title: t('newAppointment'),
            icon: Plus,
            keys: 'n',
            words: 'appointment randevu book yeni',
            run: book,
          },
        ]
      : []),
    {
      id: 'agenda.today',
      title: t('goToday'),
      keys: 't',
      icon: CalendarDays,
      run: () => go({ day: undefined }),
    },
    {
      id: 'agenda.previous',
      title: t('previous'),
      keys: 'k',
      icon: ChevronLeft,
      run: () => step(-1),
    },
    { id: 'agenda.next', title: t('next'), keys: 'j', icon: ChevronRight, run: () => step(1) },
    ...views.map((each) => ({
      id: `agenda.${each}`,
      title: t('showView', { view: t(`view.${each}`) }),
      icon: CalendarDays,
      keys: { day: 'd', week: 'w', month: 'm', list: 'l' }[each],
      words: each,
      checked: view === each,
      run: () => show(each),
    })),
    {
      id: 'agenda.mine',
      title: t('showMine'),
      icon: UserRound,
      keys: 'b',
      checked: isMine,
      run: () => choose({}),
    },
    {
      id: 'agenda.team',
      title: t('showTeam'),
      icon: Users,
      children: () =>
        [{ id: EVERYBODY, name: t('everybody') }, ...teams].map((team) => ({
          id: `agenda.team-${team.id}`,
          title: team.name,
          checked: search.team === team.id,
          run: () => choose({ team: team.id }),
        })),
    },
    {
      id: 'agenda.person',
      title: t('showPerson'),
      icon: UserRound,
      children: () =>
        people.active.map((each) => ({
          id: `agenda.person-${each.id}`,
          title: each.name,
          mark: <Avatar person={each} />,
          run: () => choose({ people: each.id }),
        })),
    },
    {
      id: 'agenda.cancelled',
      title: t('showCancelled'),
      icon: Ban,
      checked: search.cancelled === true,
      run: () => go({ cancelled: search.cancelled ? undefined : true }),
    },
    ...(canManage
      ? [
          {
            id: 'agenda.settings',
            title: t('openSettings'),
            icon: Settings2,
            run: () => void navigate({ to: '/settings/$section', params: { section: 'agenda' } }),
          },
        ]
      : []),
  ])
}
