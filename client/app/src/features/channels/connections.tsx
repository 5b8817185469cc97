// All connections with their channels, and the accounts that nobody claims.
import { Link, useNavigate } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { useCommands, useCreateCommand } from '@/commands'
import { hasFailed } from '@/session/reads'
import { Part } from '@/shell/sections'
import { Button } from '@/ui/button'
import { Chip } from '@/ui/chip'
import { EmptyState, ErrorState, Skeleton } from '@/ui/states'
import type { Channel, Connection } from '@/wire/channels'
import { ConnectionDialog } from './connection-dialog'
import { useChannels, useConnections } from './queries'
import { linkTo } from './search'
import { KindMark, StateChips } from './signs'
import { channelTexts, useChannelTexts } from './texts'
import { type Shown, TokenDialog } from './token-dialog'
import { UnclaimedPart } from './unclaimed'

function ConnectionRow({
  connection,
  channels,
}: {
  connection: Connection
  channels: readonly Channel[]
}) {
  const t = useChannelTexts()
  return (
    <li className="connection">
      <div className="names">
        <span className="row wrap">
          <Link {...linkTo(connection.id)}>
            <b>{connection.name}</b>
          </Link>
          <span className="sm t3">{t('channelCount', { count: channels.length })}</span>
          {!connection.has_access_token && (
            <Chip tone="line">
              {channelTexts('cred.access_token')}: {t('isMissing')}
            </Chip>
          )}
        </span>
        {channels.map((channel) => (
          <span key={channel.id} className="row wrap sm t2">
            <KindMark kind={channel.kind} />
            <span>{channel.name}</span>
            <StateChips channel={channel} />
          </span>
        ))}
      </div>
    </li>
  )
}

export function ConnectionList() {
  const t = useChannelTexts()
  const navigate = useNavigate()
  const connections = useConnections()
  const channels = useChannels()
  const [isAdding, setAdding] = useState(false)
  const [shown, setShown] = useState<Shown>()
  useCreateCommand(t('channels'), 'settings.connection', t('addConnection'), () => setAdding(true))
  useCommands(t('channels'), () =>
    (connections.data ?? []).map(({ id, name }) => ({
      id: `connections.open.${id}`,
      title: `${t('channels')}: ${name}`,
      run: () => void navigate(linkTo(id)),
    })),
  )
  for (const read of [connections, channels])
    if (hasFailed(read))
      return <ErrorState error={read.error} onRetry={() => void read.refetch()} />
  const all = connections.data
  const add = (
    <Button tone="primary" icon={Plus} hint="N" onPress={() => setAdding(true)}>
      {t('addConnection')}
    </Button>
  )
  return (
    <>
      <Part title={t('connections')} lead={t('lead')} action={all && all.length > 0 && add}>
        {!all || !channels.data ? (
          [1, 2].map((n) => <Skeleton key={n} height={56} />)
        ) : all.length === 0 ? (
          <EmptyState title={t('noConnections')} action={add}>
            {t('noConnectionsBody')}
          </EmptyState>
        ) : (
          <ul className="lines">
            {all.map((connection) => (
              <ConnectionRow
                key={connection.id}
                connection={connection}
                channels={channels.data.filter((each) => each.connection_id === connection.id)}
              />
            ))}
          </ul>
        )}
      </Part>
      {all && all.length > 0 && channels.data && (
        <UnclaimedPart connections={all} channels={channels.data} />
      )}
      {isAdding && <ConnectionDialog onClose={() => setAdding(false)} onMade={setShown} />}
      {shown && (
        <TokenDialog
          shown={shown}
          onClose={() => {
            setShown(undefined)
            void navigate(linkTo(shown.connection.id))
          }}
        />
      )}
    </>
  )
}
