// What the address of the ledger holds.
import { useSearch } from '@tanstack/react-router'
import { type ItemState, itemStates, type PayloadState, payloadStates } from '@/wire/channels'

export interface LedgerSearch {
  /** The payloads as they came; else what was read from them. */
  list?: 'payloads'
  /** Of items, or of payloads. */
  state?: string
  channel?: string
  /** One payload. */
  payload?: string
}

const oneOf = <T extends string>(all: readonly T[], value: unknown): T | undefined =>
  all.find((each) => each === value)
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const idIn = (value: unknown): string | undefined =>
  typeof value === 'string' && ID.test(value) ? value : undefined

export interface Ledger {
  list: 'items' | 'payloads'
  itemState: ItemState | undefined
  payloadState: PayloadState | undefined
  channel: string | undefined
  payload: string | undefined
}

export const ledgerOf = ({ list, state, channel, payload }: Record<string, unknown>): Ledger => ({
  list: list === 'payloads' ? 'payloads' : 'items',
  itemState: oneOf(itemStates, state),
  payloadState: oneOf(payloadStates, state),
  channel: idIn(channel),
  payload: idIn(payload),
})

export const useLedger = (): Ledger => ledgerOf(useSearch({ strict: false }))

/** Links of this area. */
export const HOME = { to: '/settings/$section', params: { section: 'channels' } } as const
export const LEDGER = {
  to: '/settings/$section/$id',
  params: { section: 'channels', id: 'ledger' },
} as const
export const linkTo = (id: string) =>
  ({ to: '/settings/$section/$id', params: { section: 'channels', id } }) as const
