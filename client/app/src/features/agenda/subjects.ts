// Whose time is shown: people and resources, each with a colour of its own.
import type { CSSProperties } from 'react'
import { useMemo } from 'react'
import { usePeople } from '@/features/customers/people'
import { useSignedIn } from '@/session/session'
import { tintOf } from '@/ui/avatar'
import type { Of, Resource } from '@/wire/agenda'
import { type Bookables, type Entry, useBookables, type Whose } from './range'
import { type AgendaSearch, EVERYBODY, listed } from './search'

export interface Subject {
  of: Of
  kind: 'person' | 'resource'
  id: string
  name: string
  resource?: Resource
}

const personColours = (id: string): CSSProperties =>
  ({ '--c': `var(--p${tintOf(id)})`, '--c-bg': `var(--p${tintOf(id)}-bg)` }) as CSSProperties

const resourceColours = (colour: number): CSSProperties =>
  ({
    '--c': `var(--stage-${colour})`,
    '--c-bg': `color-mix(in srgb, var(--stage-${colour}) 16%, var(--surface-1))`,
  }) as CSSProperties

export const coloursOf = (subject: Subject | undefined): CSSProperties =>
  subject?.resource
    ? resourceColours(subject.resource.colour)
    : subject
      ? personColours(subject.id)
      : {}

export interface Shown {
  subjects: readonly Subject[]
  whose: Whose
  /** By somebody's choice, not by default. */
  isChosen: boolean
  bookables: Bookables
}

/** Those that the address names; nobody named is me. */
export function useShown(search: AgendaSearch): Shown {
  const people = usePeople()
  const { user } = useSignedIn()
  const bookables = useBookables()
  const { people: named, resources: things, team } = search
  return useMemo(() => {
    const person = (id: string): Subject => ({
      of: `user:${id}`,
      kind: 'person',
      id,
      name: people.of(id).name,
    })
    const isChosen = Boolean(named || things || team)
    const ids = team
      ? people.active
          .filter((each) => team === EVERYBODY || each.team_id === team)
          .map((each) => each.id as string)
      : isChosen
        ? listed(named)
        : [user.id as string]
    const resources = listed(things)
    const subjects: Subject[] = ids.map(person)
    for (const id of resources) {
      const resource = bookables.resource(id)
      if (resource) {
        subjects.push({ of: `resource:${id}`, kind: 'resource', id, name: resource.name, resource })
      }
    }
    return { subjects, whose: { people: ids, resources }, isChosen, bookables }
  }, [people, named, things, team, user.id, bookables])
}

export const has = (entry: Entry, subject: Subject): boolean =>
  (subject.kind === 'person' ? entry.people : entry.resources).includes(subject.id)

/** In whose colour it is drawn: the first of those shown. */
export const subjectOf = (entry: Entry, subjects: readonly Subject[]): Subject | undefined =>
  subjects.find((subject) => has(entry, subject))
