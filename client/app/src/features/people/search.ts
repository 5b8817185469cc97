// What the pages of the team's screen keep in the address. Each page reads its own part of it.
const keys = ['q', 'role', 'team', 'state', 'user', 'kind', 'by', 'from', 'to'] as const

export type PeopleSearch = { [K in (typeof keys)[number]]?: string }

const LONGEST = 400

export function peopleSearch(search: Record<string, unknown>): PeopleSearch {
  const kept: PeopleSearch = {}
  for (const key of keys) {
    const value = search[key]
    // A number typed into a search field comes back as one.
    if (typeof value === 'string' || typeof value === 'number') {
      const text = String(value).slice(0, LONGEST)
      if (text) kept[key] = text
    }
  }
  return kept
}
