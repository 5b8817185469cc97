// A person: initials on their tint. The tint follows the user id, everywhere.
import { common } from '@/i18n/common'

/** 1..6; the same person has the same tint on every screen. Ids of one minute differ little: mix well. */
export function tintOf(id: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (((hash ^ (hash >>> 16)) >>> 0) % 6) + 1
}

export function initials(name: string): string {
  const words = name.trim().split(/\s+/)
  const first = words[0]?.[0] ?? '?'
  const last = words.length > 1 ? (words.at(-1)?.[0] ?? '') : ''
  return (first + last).toLocaleUpperCase('tr')
}

export interface Person {
  id: string
  name: string
}

export function Avatar({
  person,
  size = 's',
  state,
}: {
  person: Person
  size?: 's' | 'm' | 'g' | 'x'
  state?: 'online' | 'idle' | undefined
}) {
  const dot = state === 'online' ? ' on' : state === 'idle' ? ' idle' : ''
  const label = state ? `${person.name} · ${common(state)}` : person.name
  return (
    <span
      className={`av ${size === 's' ? '' : `${size} `}p${tintOf(person.id)}${dot}`}
      role="img"
      aria-label={label}
      title={label}
      // drawn, not written: they are no part of what a control that shows a person is called
      data-initials={initials(person.name)}
    />
  )
}

export function AvatarStack({
  people,
  size = 's',
  max = 3,
}: {
  people: readonly (Person & { state?: 'online' | 'idle' })[]
  size?: 's' | 'm'
  max?: number
}) {
  const shown = people.length > max + 1 ? people.slice(0, max) : people
  const rest = people.length - shown.length
  return (
    <span className="stack">
      {shown.map((person) => (
        <Avatar key={person.id} person={person} size={size} state={person.state} />
      ))}
      {rest > 0 && (
        <span
          className={size === 'm' ? 'av m more' : 'av more'}
          title={people
            .slice(shown.length)
            .map((p) => p.name)
            .join(', ')}
        >
          +{rest}
        </span>
      )}
    </span>
  )
}
