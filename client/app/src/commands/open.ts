// Whether the palette or the sheet of keys is open.
import { observable } from '@/live/observable'
import type { Command } from './registry'

type Opened = { what: 'palette'; page?: Command } | { what: 'keys' } | undefined

export const opened = observable<Opened>(undefined)

/** With a command that has children: opens on their page. */
export const showPalette = (page?: Command): void =>
  opened.set(page ? { what: 'palette', page } : { what: 'palette' })
export const showKeys = (): void => opened.set({ what: 'keys' })
export const closeCommands = (): void => opened.set(undefined)
