// What is done with channels and payloads; what can be taken back offers it.
import type { QueryClient } from '@tanstack/react-query'
import type { CommandInit } from '@/live/engine'
import { perform, performOrThrow } from '@/live/live'
import { offerUndo } from '@/live/undo'
import { toast } from '@/ui/toasts'
import type { Channel, ChannelKind, WholePayload } from '@/wire/channels'
import { SILENT_HOURS } from './fields'
import { firstName } from './lines'
import { patchChannel, payloadKey, readAgain } from './queries'
import { channelTexts as t } from './texts'

const saving = (d: Record<string, unknown>, label: string, ver?: number): CommandInit => ({
  topic: 'tenant',
  op: 'channel.save',
  d,
  label,
  ...(ver === undefined ? {} : { if: { ver } }),
})
const removing = (id: string, label: string): CommandInit => ({
  topic: 'tenant',
  op: 'channel.remove',
  d: { channel: id },
  label,
})

const versionIn = (answer: { d?: unknown } | undefined): number | undefined =>
  (answer?.d as { version?: number } | undefined)?.version

/** Hears a channel, or lets it be. */
export function setState(queries: QueryClient, channel: Channel, state: 'active' | 'paused'): void {
  const text = t(state === 'active' ? 'resumed' : 'paused', { name: channel.name })
  patchChannel(queries, channel.id, { state })
  const given = perform(saving({ channel: channel.id, state }, text))
  let ver: number | undefined
  void given.then((answer) => {
    ver = versionIn(answer)
    void readAgain(queries)
  })
  const back = { channel: channel.id, state: channel.state }
  offerUndo({ text, inverse: () => [saving(back, text, ver)] }, { given })
}

/** Rejects with what was refused; the form says it. */
export async function updateChannel(
  queries: QueryClient,
  before: Channel,
  parts: Pick<Channel, 'name' | 'silent_hours'>,
): Promise<void> {
  const { name, silent_hours } = before
  const answer = await performOrThrow(
    saving({ channel: before.id, ...parts }, parts.name, before.version),
  )
  const ver = versionIn(answer)
  await readAgain(queries)
  offerUndo({
    text: t('channelSaved', { name: parts.name }),
    inverse: () => [saving({ channel: before.id, name, silent_hours }, name, ver)],
  })
}

export interface Claim {
  connection: string
  kind: ChannelKind
  external_id: string
  name: string
  silent_hours: number
}

/** Takes an account; what came for it before comes along. */
export async function claim(queries: QueryClient, what: Claim): Promise<void> {
  const text = t('claimed', { name: what.name })
  const answer = await performOrThrow(saving({ ...what }, text))
  const id = (answer.d as { channel_id?: string } | undefined)?.channel_id
  await readAgain(queries)
  if (id) offerUndo({ text, inverse: () => [removing(id, what.name)] })
  else toast(text)
}

export const oneClick = (connection: string, kind: ChannelKind, account: string): Claim => ({
  connection,
  kind,
  external_id: account,
  name: firstName(kind, account),
  silent_hours: SILENT_HOURS,
})

export function removeChannel(queries: QueryClient, channel: Channel): void {
  const text = t('channelRemoved', { name: channel.name })
  void perform(removing(channel.id, t('removeChannel'))).then((answer) => {
    if (answer) toast(text, { key: 'channel' })
    void readAgain(queries)
  })
}

/** Rejects with what was refused. */
export async function removeConnection(queries: QueryClient, id: string): Promise<void> {
  try {
    await performOrThrow({
      topic: 'tenant',
      op: 'connection.remove',
      d: { connection: id },
      label: t('removeConnection'),
    })
  } finally {
    await readAgain(queries)
  }
}

/** Reads a payload once more: it waits again until that is done. */
export async function reprocess(queries: QueryClient, id: string): Promise<void> {
  await performOrThrow({
    topic: 'tenant',
    op: 'hook.reprocess',
    d: { hook: id },
    label: t('reprocess'),
  })
  queries.setQueryData<WholePayload>(
    payloadKey(id),
    (payload) => payload && { ...payload, state: 'received', split_at: null },
  )
  void readAgain(queries)
}
