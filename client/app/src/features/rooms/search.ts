// What the address says of the chat: a place in a room, a panel beside it, what is being made.
import { useSearch } from '@tanstack/react-router'

export interface ChatSearch {
  /** The number of a message to go to. */
  at?: number
  side?: 'people' | 'search'
  make?: 'direct' | 'group' | 'channel' | 'browse'
}

const one = <T extends string>(value: unknown, of: readonly T[]): T | undefined =>
  of.find((each) => each === value)

export function chatSearch(search: Record<string, unknown>): ChatSearch {
  const at = Number(search.at)
  const side = one(search.side, ['people', 'search'] as const)
  const make = one(search.make, ['direct', 'group', 'channel', 'browse'] as const)
  return {
    ...(Number.isSafeInteger(at) && at > 0 ? { at } : {}),
    ...(side ? { side } : {}),
    ...(make ? { make } : {}),
  }
}

export const useChatSearch = (): ChatSearch => chatSearch(useSearch({ strict: false }))
