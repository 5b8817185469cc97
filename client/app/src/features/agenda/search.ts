// What the agenda shows stands in the address: which days, whose, and the appointment that is open.
import type { Day, ViewName } from './days'

export interface AgendaSearch {
  view?: ViewName
  day?: Day
  /** Ids behind commas. Nobody and nothing named: me. */
  people?: string
  resources?: string
  team?: string
  cancelled?: true
  appointment?: string
}

const views: readonly ViewName[] = ['day', 'week', 'month', 'list']
const MOST = 100
/** Everybody, in place of a team's id. */
export const EVERYBODY = 'all'

const isDay = (text: unknown): text is Day =>
  typeof text === 'string' &&
  /^\d{4}-\d\d-\d\d$/.test(text) &&
  !Number.isNaN(Date.parse(`${text}T00:00:00Z`))
const ID = /^[\w-]{8,40}$/

function ids(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  const all = value.split(',').filter((each) => ID.test(each))
  return all.length > 0 ? [...new Set(all)].slice(0, MOST).join(',') : undefined
}

export function agendaSearch(search: Record<string, unknown>): AgendaSearch {
  const view = views.find((each) => each === search.view)
  const people = ids(search.people)
  const resources = ids(search.resources)
  const [named] = ids(search.team)?.split(',') ?? []
  const team = search.team === EVERYBODY ? EVERYBODY : named
  const [appointment] = ids(search.appointment)?.split(',') ?? []
  return {
    ...(view ? { view } : {}),
    ...(isDay(search.day) ? { day: search.day } : {}),
    ...(people ? { people } : {}),
    ...(resources ? { resources } : {}),
    ...(team && !people && !resources ? { team } : {}),
    ...(search.cancelled === true ? { cancelled: true as const } : {}),
    ...(appointment ? { appointment } : {}),
  }
}

export const listed = (text: string | undefined): string[] => text?.split(',') ?? []
