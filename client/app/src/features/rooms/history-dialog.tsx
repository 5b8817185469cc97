// What a message said before.
import { useQuery } from '@tanstack/react-query'
import { dateTime } from '@/i18n/format'
import { api } from '@/session/api'
import { Dialog } from '@/ui/dialog'
import { ErrorState, Skeleton } from '@/ui/states'
import type { Instant } from '@/wire/records'
import type { Message } from '@/wire/rooms'
import { useRoomTexts } from './texts'
import { useChat } from './use-rooms'

interface Version {
  version: number
  /** What was done: these words said, or the message taken away or brought back. */
  act?: 'said' | 'deleted' | 'restored'
  text: string
  at: Instant
  by: string
}

export function HistoryDialog({ message, onClose }: { message: Message; onClose: () => void }) {
  const t = useRoomTexts()
  const { people } = useChat()
  const read = useQuery({
    queryKey: ['message-history', message.id, message.version],
    queryFn: ({ signal }) =>
      api.get<readonly Version[]>(`/messages/${message.id}/history`, {}, signal),
  })
  return (
    <Dialog isOpen onClose={onClose} title={t('history')}>
      {read.isError && <ErrorState error={read.error} onRetry={() => void read.refetch()} />}
      {read.isPending && <Skeleton height={48} />}
      <ol className="versions">
        {read.data?.map(({ version, act = 'said', text, at, by }) => (
          <li key={`${version}${act}`}>
            <time className="t3 sm" dateTime={at}>
              {people.of(by).name} · {dateTime(new Date(at))}
            </time>
            {act === 'said' ? (
              <p className="words">{text}</p>
            ) : (
              <p className="words t3">
                <i>{t(act)}</i>
              </p>
            )}
          </li>
        ))}
      </ol>
    </Dialog>
  )
}
