// What came in as people read it: who, what, and for which account. Pure.
import type { Channel, ChannelKind, Connection, Item } from '@/wire/channels'
import { channelKinds } from '@/wire/channels'

type Data = Record<string, unknown>
const record = (value: unknown): Data =>
  typeof value === 'object' && value !== null ? (value as Data) : {}
const text = (value: unknown): string => (typeof value === 'string' ? value.trim() : '')
const first = (value: unknown): Data => record(Array.isArray(value) ? value[0] : undefined)

/** The kinds that have a name; others are shown as the server calls them. */
export const itemKinds = [
  'message',
  'echo',
  'edit',
  'revoke',
  'reaction',
  'status',
  'delivered',
  'read',
  'postback',
  'referral',
  'optin',
  'comment',
  'lead',
  'call',
  'preference',
  'system',
  'template',
  'account',
  'unknown',
] as const
export type ItemKind = (typeof itemKinds)[number]
export const asItemKind = (kind: string): ItemKind | undefined =>
  itemKinds.find((each) => each === kind)

/** With whom: the name, else the phone, else the id by which this person is known there. */
export function whoOf({ d, phone, contact }: Pick<Item, 'd' | 'phone' | 'contact'>): string {
  const said = record(d.contact)
  const username = text(said.username)
  return (
    text(said.name) ||
    (username && `@${username}`) ||
    (phone ? `+${phone}` : '') ||
    (contact ? contact.slice(contact.indexOf(':') + 1) : '')
  )
}

const SHOWN = 160
const cut = (words: string): string => {
  const line = words.replace(/\s+/g, ' ')
  const letters = [...line]
  return letters.length > SHOWN ? `${letters.slice(0, SHOWN).join('')}…` : line
}

/** What it says, in one line: words, else what stands for them. */
export function wordsOf({ d }: Pick<Item, 'd'>): string {
  const choice = record(d.choice)
  const location = record(d.location)
  const fault = first(d.faults)
  const media = first(d.media)
  const found =
    text(d.text) ||
    text(d.emoji) ||
    text(choice.title) ||
    text(location.name) ||
    text(location.address) ||
    text(first(d.cards).name) ||
    (typeof fault.code === 'number'
      ? [fault.code, text(fault.title)].filter(Boolean).join(' ')
      : '') ||
    text(media.name) ||
    text(media.kind) ||
    text(record(d.referral).title) ||
    text(d.what)
  return cut(found)
}

export interface Unclaimed {
  id: string
  connection: Connection
  kind: ChannelKind
  account: string
  /** How many things of it are on the pages that were read. */
  count: number
  /** The newest of them. */
  newest: Item
  /** Where the same account is claimed already: one account belongs to one channel. */
  elsewhere: Channel | undefined
}

/** Accounts for which something came and which no channel of their connection claims, the newest first. */
export function unclaimedOf(
  items: readonly Item[],
  connections: readonly Connection[],
  channels: readonly Channel[],
): Unclaimed[] {
  const found = new Map<string, Unclaimed>()
  for (const item of items) {
    const kind = channelKinds.find((each) => each === item.source)
    const connection = connections.find((each) => each.id === item.connection_id)
    if (item.state !== 'unclaimed' || !kind || !connection) continue
    const owner = channels.find((each) => each.kind === kind && each.external_id === item.account)
    // Claimed meanwhile: what waits is given to it in a moment.
    if (owner?.connection_id === connection.id) continue
    const id = `${connection.id}/${kind}/${item.account}`
    const before = found.get(id)
    if (before) before.count++
    else {
      const { account } = item
      found.set(id, { id, connection, kind, account, count: 1, newest: item, elsewhere: owner })
    }
  }
  return [...found.values()]
}

const KIND_NAMES = { whatsapp: 'WhatsApp', instagram: 'Instagram', messenger: 'Messenger' } as const
export const kindName = (kind: ChannelKind): string => KIND_NAMES[kind]

/** What a channel is called that was claimed with one press. */
export const firstName = (kind: ChannelKind, account: string): string =>
  `${KIND_NAMES[kind]} ${account.slice(-4)}`
