// The records of connections, channels and what comes in by them.
import type { Instant } from './records'

export const channelKinds = ['whatsapp', 'instagram', 'messenger'] as const
export type ChannelKind = (typeof channelKinds)[number]

/** An app of the tenant's at Meta. Its credentials go in and are never read out. */
export interface Connection {
  id: string
  name: string
  /** What the app is told to call. */
  hook_url: string
  has_access_token: boolean
  version: number
  created_by: string
  created_at: Instant
  updated_at: Instant
}
export type Credential = 'app_secret' | 'verify_token' | 'access_token'

export type ChannelState = 'active' | 'paused' | 'reconnect'
export interface Channel {
  id: string
  connection_id: string
  kind: ChannelKind
  /** Id of the phone number, the page or the Instagram account. */
  external_id: string
  name: string
  state: ChannelState
  /** 0 = nobody is told of silence. */
  silent_hours: number
  last_inbound_at: Instant | null
  silent: boolean
  version: number
  created_by: string
  created_at: Instant
}

export const itemStates = ['ready', 'unclaimed'] as const
export type ItemState = (typeof itemStates)[number]
/** One thing that came in. */
export interface Item {
  id: string
  hook_id: string
  connection_id: string
  channel_id: string | null
  position: number
  /** Empty where it is about no single channel. */
  source: ChannelKind | ''
  account: string
  key: string
  kind: string
  contact: string | null
  phone: string | null
  at: Instant | null
  state: ItemState
  /** The normal form. */
  d: Record<string, unknown>
  created_at: Instant
}

export const payloadStates = ['received', 'split', 'unreadable'] as const
export type PayloadState = (typeof payloadStates)[number]
/** One call of Meta, as it came. */
export interface Payload {
  id: string
  connection_id: string
  bytes: number
  state: PayloadState
  received_at: Instant
  split_at: Instant | null
}
export interface WholePayload extends Payload {
  coding: 'text' | 'base64'
  body: string
}
