// What a message can ask of the room around it.
import type { People } from '@/features/customers/people'
import type { OutboxRow } from '@/live/outbox'
import type { Message } from '@/wire/rooms'

export interface Talk {
  people: People
  me: string
  /** Several people speak: each has a name and a face. */
  isShared: boolean
  canWrite: boolean
  /** The others who have read up to here, by name. */
  seenBy: (n: number) => readonly string[]
  reply: (message: Message) => void
  react: (message: Message, emoji: string, on: boolean) => void
  jump: (n: number) => void
  openMenu: (message: Message, anchor: Element | null) => void
  openEmojis: (message: Message, anchor: Element | null) => void
  retry: (row: OutboxRow) => void
  takeBack: (row: OutboxRow) => void
  discard: (row: OutboxRow) => void
}
