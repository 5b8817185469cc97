// One payload: what is known of it, the text as it came, what was read from it, and reading it again.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ArrowLeft, CircleCheck, CircleX, Clock, RotateCw } from 'lucide-react'
import { dateTime, number } from '@/i18n/format'
import { problemText } from '@/session/errors'
import { hasFailed } from '@/session/reads'
import { Part } from '@/shell/sections'
import { Button } from '@/ui/button'
import { Icon } from '@/ui/icon'
import { Paged } from '@/ui/paged'
import { EmptyState, ErrorState, Skeleton } from '@/ui/states'
import type { WholePayload } from '@/wire/channels'
import { reprocess } from './commands'
import { ItemRow } from './item-row'
import { useLedgerTexts } from './ledger-texts'
import { PayloadState, sizeText } from './payload-row'
import { useChannels, useConnections, useItems, usePayload } from './queries'
import { Raw } from './raw'
import { LEDGER } from './search'
import { useChannelTexts } from './texts'

/** How the reading that was asked for went. */
function Result({
  payload,
  count,
  isMore,
}: {
  payload: WholePayload
  count: number
  isMore: boolean
}) {
  const t = useLedgerTexts()
  const isRead = payload.state === 'split'
  const text =
    payload.state === 'received'
      ? t('reading')
      : !isRead
        ? t('againFailed')
        : count === 0
          ? t('againNone')
          : isMore
            ? t('againMore', { n: number(count) })
            : t('againDone', { count })
  return (
    <p className="again" role="status" data-state={payload.state}>
      <Icon of={isRead ? CircleCheck : payload.state === 'received' ? Clock : CircleX} size="s" />
      {text}
    </p>
  )
}

function View({ payload }: { payload: WholePayload }) {
  const t = useLedgerTexts()
  const c = useChannelTexts()
  const queries = useQueryClient()
  const connections = useConnections().data ?? []
  const channels = useChannels().data ?? []
  const items = useItems({ hook: payload.id })
  const again = useMutation({ mutationFn: () => reprocess(queries, payload.id) })
  const connection = connections.find((each) => each.id === payload.connection_id)
  const found = items.data?.pages.flatMap((page) => page.items) ?? []
  const isWaiting = payload.state === 'received'
  return (
    <>
      <div className="connection-top">
        <Link {...LEDGER} search={{ list: 'payloads' }} className="back">
          <Icon of={ArrowLeft} size="s" />
          {t('payloads')}
        </Link>
        <header className="row wrap">
          <h2>{t('payload')}</h2>
          <PayloadState payload={payload} />
          <span className="sp" />
          <Button
            icon={RotateCw}
            isPending={again.isPending}
            isDisabled={isWaiting}
            onPress={() => again.mutate()}
          >
            {c('reprocess')}
          </Button>
        </header>
        <p className="t2">{t(`about.${payload.state}`)}</p>
        <p className="sm t3">{t('againLead')}</p>
        {again.isSuccess && (
          <Result payload={payload} count={found.length} isMore={items.hasNextPage} />
        )}
        {again.error && (
          <p className="ferr" role="alert">
            {problemText(again.error)}
          </p>
        )}
        <dl className="payload-facts">
          <dt>{t('connection')}</dt>
          <dd>{connection?.name ?? t('goneConnection')}</dd>
          <dt>{t('cameAt')}</dt>
          <dd>{dateTime(new Date(payload.received_at))}</dd>
          {payload.split_at && (
            <>
              <dt>{t(payload.state === 'unreadable' ? 'triedAt' : 'readAt')}</dt>
              <dd>{dateTime(new Date(payload.split_at))}</dd>
            </>
          )}
          <dt>{t('size')}</dt>
          <dd>{sizeText(payload.bytes)}</dd>
        </dl>
      </div>
      <Part title={t('rawText')}>
        <Raw payload={payload} />
      </Part>
      {(payload.state === 'split' || found.length > 0) && (
        <Part title={t('fromPayload')}>
          <Paged
            read={items}
            height={40}
            empty={<EmptyState title={t('nothingFrom')}>{t('nothingFromBody')}</EmptyState>}
          >
            {(item) => (
              <ItemRow
                key={item.id}
                item={item}
                connections={connections}
                channels={channels}
                isInPayload
              />
            )}
          </Paged>
        </Part>
      )}
    </>
  )
}

export function PayloadPage({ id }: { id: string }) {
  const t = useLedgerTexts()
  const read = usePayload(id)
  if (hasFailed(read)) {
    const isGone = (read.error as { status?: number }).status === 404
    return isGone ? (
      <EmptyState
        title={t('noSuch')}
        action={
          <Link className="btn" {...LEDGER} search={{ list: 'payloads' }}>
            {t('payloads')}
          </Link>
        }
      >
        {t('noSuchBody')}
      </EmptyState>
    ) : (
      <ErrorState error={read.error} onRetry={() => void read.refetch()} />
    )
  }
  return read.data ? <View payload={read.data} /> : <Skeleton height={320} />
}
