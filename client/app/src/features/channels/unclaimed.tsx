// Accounts for which something came and that no channel claims: one press takes them.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { number } from '@/i18n/format'
import { since } from '@/i18n/since'
import { refusal } from '@/live/refusal'
import { Part } from '@/shell/sections'
import { Button } from '@/ui/button'
import { toast } from '@/ui/toasts'
import type { Channel, Connection } from '@/wire/channels'
import { claim, oneClick } from './commands'
import { kindName, type Unclaimed, unclaimedOf, whoOf, wordsOf } from './lines'
import { useItems } from './queries'
import { KindMark } from './signs'
import { useChannelTexts } from './texts'

/** So many of the newest are looked at in one go. */
const LOOK = 100
const EVERY_MS = 8_000

function UnclaimedRow({
  of,
  isMore,
  isAmongOthers,
}: {
  of: Unclaimed
  isMore: boolean
  /** Those of other connections stand beside it. */
  isAmongOthers: boolean
}) {
  const t = useChannelTexts()
  const queries = useQueryClient()
  const { connection, kind, account, count, newest, elsewhere } = of
  const take = useMutation({
    mutationFn: () => claim(queries, oneClick(connection.id, kind, account)),
    onError: (error) => {
      const { fields, whole } = refusal(error)
      toast(whole ?? Object.values(fields)[0] ?? '', { key: 'channel' })
    },
  })
  const sample = [whoOf(newest), wordsOf(newest)].filter(Boolean).join(': ')
  return (
    <li className="channel">
      <div className="names">
        <span className="row wrap">
          <KindMark kind={kind} />
          <code>{account}</code>
          {isAmongOthers && <span className="sm t3">{connection.name}</span>}
        </span>
        <span className="sm t3">
          {isMore ? t('waitingMore', { n: number(count) }) : t('waiting', { count })}
          {', '}
          {t('newest', { when: since(newest.created_at) })}
          {sample && ` · ${sample}`}
        </span>
        {elsewhere && <span className="sm t2">{t('elsewhere', { name: elsewhere.name })}</span>}
      </div>
      {!elsewhere && (
        <Button
          small
          isPending={take.isPending}
          aria-label={t('claimOf', { kind: kindName(kind), account })}
          onPress={() => take.mutate()}
        >
          {t('claim')}
        </Button>
      )}
    </li>
  )
}

export function UnclaimedPart({
  connections,
  channels,
  only,
}: {
  connections: readonly Connection[]
  channels: readonly Channel[]
  /** Those of one connection. */
  only?: string
}) {
  const t = useChannelTexts()
  const read = useItems({ state: 'unclaimed' }, LOOK, EVERY_MS)
  const found = useMemo(() => {
    const items = read.data?.pages.flatMap((page) => page.items) ?? []
    return unclaimedOf(items, connections, channels).filter(
      (each) => only === undefined || each.connection.id === only,
    )
  }, [read.data, connections, channels, only])
  if (found.length === 0 && !read.hasNextPage) return null
  return (
    <Part title={t('unclaimed')} lead={t('unclaimedLead')}>
      <ul className="lines">
        {found.map((each) => (
          <UnclaimedRow
            key={each.id}
            of={each}
            isMore={read.hasNextPage}
            isAmongOthers={only === undefined && connections.length > 1}
          />
        ))}
      </ul>
      {read.hasNextPage && (
        <div className="mt-3">
          <Button isPending={read.isFetchingNextPage} onPress={() => void read.fetchNextPage()}>
            {t('lookFurther')}
          </Button>
        </div>
      )}
    </Part>
  )
}
