// What sentences are made of.
import type { LucideIcon } from 'lucide-react'

/** In the order of the filter. */
export const kinds = [
  'note',
  'activity',
  'appointment',
  'reminder',
  'card',
  'customer',
  'rule',
  'merge',
  'import',
] as const
export type Kind = (typeof kinds)[number]

export interface Names {
  user: (id: string) => string
  stage: (id: string) => string | undefined
  board: (id: string) => string | undefined
  activityType: (id: string) => string | undefined
  outcome: (id: string) => string | undefined
}

export interface Sentence {
  kind: Kind
  icon: LucideIcon
  /** Drawn bold; without a colon. */
  what: string
  /** After the colon. */
  detail?: string
  /** Second line. */
  more?: string
}

export type Data = Record<string, unknown>

export const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() ? value : undefined
export const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : []
export const data = (value: unknown): Data =>
  typeof value === 'object' && value !== null ? (value as Data) : {}
export const joined = (
  parts: readonly (string | undefined | null | false)[],
  by = ' · ',
): string | undefined => parts.filter(Boolean).join(by) || undefined

export const withDetail = (
  kind: Kind,
  icon: LucideIcon,
  what: string,
  detail?: string,
  more?: string,
): Sentence => ({
  kind,
  icon,
  what,
  ...(detail ? { detail } : {}),
  ...(more ? { more } : {}),
})
