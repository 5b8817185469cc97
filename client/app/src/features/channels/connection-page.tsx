// One connection at its own address: its channels, its credentials, and what is to be done at Meta.
import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { ArrowLeft, KeyRound, Pencil, Plus, Trash2 } from 'lucide-react'
import { useRef, useState } from 'react'
import { useCreateCommand } from '@/commands'
import { useCommonTexts } from '@/i18n/common'
import { CommandError } from '@/live/engine'
import { refusal } from '@/live/refusal'
import { hasFailed } from '@/session/reads'
import { Part } from '@/shell/sections'
import { Button } from '@/ui/button'
import { Chip } from '@/ui/chip'
import { ConfirmDialog, Dialog } from '@/ui/dialog'
import { Icon } from '@/ui/icon'
import { EmptyState, ErrorState, Skeleton } from '@/ui/states'
import { toast } from '@/ui/toasts'
import type { Channel, Connection, Credential } from '@/wire/channels'
import { AtMeta } from './at-meta'
import { ChannelDialog } from './channel-dialog'
import { ChannelRow } from './channel-row'
import { removeConnection } from './commands'
import { CredentialDialog, RenameDialog } from './connection-dialog'
import { credentials } from './credentials'
import { useChannels, useConnections } from './queries'
import { HOME } from './search'
import { KindMark } from './signs'
import { useChannelTexts } from './texts'
import { type Shown, TokenDialog } from './token-dialog'
import { UnclaimedPart } from './unclaimed'

function Credentials({ connection }: { connection: Connection }) {
  const t = useChannelTexts()
  const [renewing, renew] = useState<Credential>()
  const [shown, setShown] = useState<Shown>()
  return (
    <Part title={t('credentials')} lead={t('credentialsLead')}>
      <ul className="lines">
        {credentials.map((credential) => {
          const isSet = credential !== 'access_token' || connection.has_access_token
          const what = t(`cred.${credential}`)
          return (
            <li key={credential}>
              <div className="names">
                <span className="row wrap">
                  <span>{what}</span>
                  <Chip tone={isSet ? 'ok' : 'line'}>{t(isSet ? 'isSet' : 'isMissing')}</Chip>
                </span>
              </div>
              <Button
                small
                icon={isSet ? KeyRound : Plus}
                aria-label={t(isSet ? 'renewOf' : 'addOf', { what })}
                onPress={() => renew(credential)}
              >
                {isSet ? t('renew') : t('addCredential')}
              </Button>
            </li>
          )
        })}
      </ul>
      {renewing && (
        <CredentialDialog
          connection={connection}
          credential={renewing}
          onClose={() => renew(undefined)}
          onToken={setShown}
        />
      )}
      {shown && <TokenDialog shown={shown} onClose={() => setShown(undefined)} />}
    </Part>
  )
}

/** Why it is not removed: channels hang on it. */
function InUseDialog({
  connection,
  channels,
  onClose,
}: {
  connection: Connection
  channels: readonly Channel[]
  onClose: () => void
}) {
  const t = useChannelTexts()
  const c = useCommonTexts()
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t('inUseTitle', { name: connection.name })}
      footer={
        <Button tone="primary" autoFocus onPress={onClose}>
          {c('close')}
        </Button>
      }
    >
      <p>{t('inUseBody')}</p>
      <ul className="in-use">
        {channels.map((channel) => (
          <li key={channel.id} className="row">
            <KindMark kind={channel.kind} />
            <span>{channel.name}</span>
          </li>
        ))}
      </ul>
    </Dialog>
  )
}

function Removal({
  connection,
  channels,
}: {
  connection: Connection
  channels: readonly Channel[]
}) {
  const t = useChannelTexts()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [asking, ask] = useState<'confirm' | 'in-use'>()
  const remove = () =>
    void removeConnection(queries, connection.id).then(
      () => {
        toast(t('connectionRemoved', { name: connection.name }), { key: 'connection' })
        void navigate(HOME)
      },
      (error: unknown) => {
        // A colleague added a channel in this moment: the list has it by now.
        if (error instanceof CommandError && error.reason === 'connection_in_use') ask('in-use')
        else toast(refusal(error).whole ?? '')
      },
    )
  return (
    <div>
      <Button
        tone="danger"
        icon={Trash2}
        onPress={() => ask(channels.length > 0 ? 'in-use' : 'confirm')}
      >
        {t('removeConnection')}
      </Button>
      {asking === 'confirm' && (
        <ConfirmDialog
          isOpen
          title={t('removeConnectionTitle', { name: connection.name })}
          action={t('removeConnection')}
          onClose={() => ask(undefined)}
          onConfirm={remove}
        >
          <p>{t('removeConnectionBody')}</p>
        </ConfirmDialog>
      )}
      {asking === 'in-use' && (
        <InUseDialog connection={connection} channels={channels} onClose={() => ask(undefined)} />
      )}
    </div>
  )
}

function ConnectionView({
  connection,
  connections,
  channels,
  target,
}: {
  connection: Connection
  connections: readonly Connection[]
  channels: readonly Channel[]
  /** The channel that is asked for. */
  target: string
}) {
  const t = useChannelTexts()
  const [asking, ask] = useState<'rename' | 'channel'>()
  const own = channels.filter((each) => each.connection_id === connection.id)
  useCreateCommand(t('channels'), 'settings.channel', t('addChannel'), () => ask('channel'))
  const add = (
    <Button tone="primary" icon={Plus} hint="N" onPress={() => ask('channel')}>
      {t('addChannel')}
    </Button>
  )
  return (
    <>
      <div className="connection-top">
        <Link {...HOME} className="back">
          <Icon of={ArrowLeft} size="s" />
          {t('channels')}
        </Link>
        <header className="row">
          <h2>{connection.name}</h2>
          <span className="sp" />
          <Button icon={Pencil} onPress={() => ask('rename')}>
            {t('rename')}
          </Button>
        </header>
      </div>
      <Part title={t('channels')} action={own.length > 0 && add}>
        {own.length === 0 ? (
          <EmptyState title={t('noChannels')} action={add}>
            {t('noChannelsBody')}
          </EmptyState>
        ) : (
          <ul className="lines">
            {own.map((channel) => (
              <ChannelRow key={channel.id} channel={channel} isTarget={channel.id === target} />
            ))}
          </ul>
        )}
      </Part>
      <UnclaimedPart connections={connections} channels={channels} only={connection.id} />
      <AtMeta connection={connection} />
      <Credentials connection={connection} />
      <Removal connection={connection} channels={own} />
      {asking === 'rename' && (
        <RenameDialog connection={connection} onClose={() => ask(undefined)} />
      )}
      {asking === 'channel' && (
        <ChannelDialog connection={connection} onClose={() => ask(undefined)} />
      )}
    </>
  )
}

/** `id` is a connection's, or that of one of its channels. */
export function ConnectionPage({ id }: { id: string }) {
  const t = useChannelTexts()
  const connections = useConnections()
  const channels = useChannels()
  // A channel may be removed while one looks; its connection stays on the screen.
  const asked = useRef(id)
  const channel = channels.data?.find((each) => each.id === id)
  if (channel) asked.current = channel.connection_id
  for (const read of [connections, channels])
    if (hasFailed(read))
      return <ErrorState error={read.error} onRetry={() => void read.refetch()} />
  if (!connections.data || !channels.data) return <Skeleton height={240} />
  const connection = connections.data.find((each) => each.id === asked.current)
  if (!connection) {
    // One that was just made may come with the next reading.
    if (connections.isFetching) return <Skeleton height={240} />
    return (
      <EmptyState
        title={t('noSuch')}
        action={
          <Link className="btn" {...HOME}>
            {t('channels')}
          </Link>
        }
      >
        {t('noSuchBody')}
      </EmptyState>
    )
  }
  return (
    <ConnectionView
      connection={connection}
      connections={connections.data}
      channels={channels.data}
      target={id}
    />
  )
}
