// Whose agenda: me, a team, several people, rooms and devices. The choice stands in the address.
import { Check, ChevronDown } from 'lucide-react'
import { useId } from 'react'
import {
  Autocomplete,
  Button,
  Dialog,
  DialogTrigger,
  Header,
  Input,
  ListBox,
  ListBoxItem,
  ListBoxSection,
  Popover,
  SearchField,
} from 'react-aria-components'
import { usePeople } from '@/features/customers/people'
import { fold } from '@/i18n/fold'
import { useTeams } from '@/live/hooks'
import { useSignedIn } from '@/session/session'
import { Avatar } from '@/ui/avatar'
import { Icon } from '@/ui/icon'
import { resourceIcon } from './kinds'
import { type AgendaSearch, EVERYBODY, listed } from './search'
import { coloursOf, type Shown } from './subjects'
import { useAgendaTexts } from './texts'

type Choice = Pick<AgendaSearch, 'people' | 'resources' | 'team'>
const contains = (text: string, query: string) => fold(text).includes(fold(query))

/** The choice as it stands in the address. */
export function choiceOf(people: readonly string[], resources: readonly string[]): Choice {
  return {
    ...(people.length > 0 ? { people: people.join(',') } : {}),
    ...(resources.length > 0 ? { resources: resources.join(',') } : {}),
  }
}

export function WhoPicker({
  search,
  shown,
  onChoose,
}: {
  search: AgendaSearch
  shown: Shown
  onChoose: (choice: Choice) => void
}) {
  const t = useAgendaTexts()
  const titleId = useId()
  const people = usePeople()
  const teams = useTeams()
  const { user } = useSignedIn()
  const { resources } = shown.bookables
  const { team } = search
  const names = shown.subjects.map((each) => each.name)
  const teamName =
    team === EVERYBODY ? t('everybody') : teams.find((each) => each.id === team)?.name
  const summary = !shown.isChosen
    ? t('me')
    : (teamName ??
      `${names.slice(0, 2).join(', ')}${names.length > 2 ? ` +${names.length - 2}` : ''}`)
  const groups = [
    { id: '', label: t('me') },
    { id: EVERYBODY, label: t('everybody') },
    ...teams.map((each) => ({ id: each.id, label: each.name })),
  ]
  // Of a team each one may be taken away again.
  const chosen = new Set(
    shown.isChosen
      ? [
          ...shown.subjects.filter((each) => each.kind === 'person').map((each) => `p${each.id}`),
          ...listed(search.resources).map((id) => `r${id}`),
        ]
      : [`p${user.id}`],
  )
  const choose = (keys: 'all' | Set<unknown>) => {
    if (keys === 'all') return
    const all = [...keys].map(String)
    const ids = (kind: string) =>
      all.filter((each) => each[0] === kind).map((each) => each.slice(1))
    const [only] = ids('p')
    // Me alone is where everybody begins.
    if (all.length === 1 && only === user.id) onChoose({})
    else onChoose(choiceOf(ids('p'), ids('r')))
  }
  return (
    <DialogTrigger>
      <Button
        className={shown.isChosen ? 'fchip on' : 'fchip'}
        aria-label={`${t('whose')}: ${summary}`}
      >
        <span className="el">{summary}</span>
        <Icon of={ChevronDown} size="s" />
      </Button>
      <Popover className="pop" placement="bottom start" offset={4}>
        <Dialog className="filter-pop who-pop" aria-label={t('whose')}>
          <span id={titleId} className="lbl px-3 pt-2">
            {t('whose')}
          </span>
          <div className="who-teams" role="group" aria-labelledby={titleId}>
            {groups.map(({ id, label }) => {
              const isOn = id ? team === id : !shown.isChosen
              return (
                <button
                  key={id}
                  type="button"
                  className={isOn ? 'fchip on' : 'fchip'}
                  aria-pressed={isOn}
                  onClick={() => onChoose(id ? { team: id } : {})}
                >
                  {label}
                </button>
              )
            })}
          </div>
          <Autocomplete filter={contains}>
            <SearchField className="search mx-2 mt-1" aria-label={t('findWhose')} autoFocus>
              <Input placeholder={t('findWhose')} />
            </SearchField>
            <ListBox
              className="menu"
              aria-labelledby={titleId}
              selectionMode="multiple"
              selectedKeys={chosen}
              onSelectionChange={choose}
              renderEmptyState={() => <p className="t3 p-2">{t('nobodyFound')}</p>}
            >
              <ListBoxSection id="people">
                <Header>{t('people')}</Header>
                {people.active.map((each) => (
                  <Choosable
                    key={each.id}
                    id={`p${each.id}`}
                    label={each.name}
                    mark={<Avatar person={each} />}
                  />
                ))}
              </ListBoxSection>
              {resources.length > 0 && (
                <ListBoxSection id="resources">
                  <Header>{t('resources')}</Header>
                  {resources.map((each) => (
                    <Choosable
                      key={each.id}
                      id={`r${each.id}`}
                      label={each.name}
                      mark={
                        <span
                          className="swatch"
                          style={coloursOf({
                            of: `resource:${each.id}`,
                            kind: 'resource',
                            id: each.id,
                            name: each.name,
                            resource: each,
                          })}
                        >
                          <Icon of={resourceIcon(each.kind)} size="s" />
                        </span>
                      }
                    />
                  ))}
                </ListBoxSection>
              )}
            </ListBox>
          </Autocomplete>
        </Dialog>
      </Popover>
    </DialogTrigger>
  )
}

function Choosable({ id, label, mark }: { id: string; label: string; mark: React.ReactNode }) {
  return (
    <ListBoxItem className="mi" id={id} textValue={label}>
      {({ isSelected }) => (
        <>
          <span className="pick" data-on={isSelected || undefined}>
            {isSelected && <Icon of={Check} size="s" />}
          </span>
          {mark}
          <span className="el sp">{label}</span>
        </>
      )}
    </ListBoxItem>
  )
}
