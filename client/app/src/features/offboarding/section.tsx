// Those who left, newest first, and the way to begin: a page of the team's screen.
import './offboarding.css'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { ChevronRight, UserRoundMinus } from 'lucide-react'
import { useCreateCommand } from '@/commands'
import { useUserList } from '@/features/people/queries'
import { ago } from '@/i18n/ago'
import { common } from '@/i18n/common'
import { number } from '@/i18n/format'
import { hasFailed } from '@/session/reads'
import { Part } from '@/shell/sections'
import { Avatar } from '@/ui/avatar'
import { Button } from '@/ui/button'
import { Icon } from '@/ui/icon'
import { EmptyState, ErrorState, Skeleton } from '@/ui/states'
import type { Offboarding } from '@/wire/leaving'
import { Countdown, useNow } from './countdown'
import { Bar, Leaver, usePlanText } from './leaver'
import { isMoving, mayRevert } from './left'
import { useOffboardingEvents, useOffboardings } from './queries'
import { StateChip } from './state-chip'
import { useOffboardingTexts } from './texts'
import { Wizard } from './wizard'

function Row({ item, name }: { item: Offboarding; name: string }) {
  const t = useOffboardingTexts()
  const now = useNow(item)
  const plan = usePlanText(item)
  return (
    <li>
      <Avatar person={{ id: item.user, name }} size="m" />
      <div className="names">
        <Link
          className="font-semibold"
          to="/people/$section/$item"
          params={{ section: 'offboarding', item: item.id }}
          search={{}}
        >
          {name}
        </Link>
        <span className="sm t3">
          {ago(item.at)} · {plan}
        </span>
        {isMoving(item) && <Bar item={item} />}
      </div>
      {isMoving(item) ? (
        <span className="sm t3 num">
          {t('progress', { done: number(item.done), total: number(item.total) })}
        </span>
      ) : (
        mayRevert(item, now) && <Countdown item={item} now={now} />
      )}
      <StateChip state={item.state} />
      <span className="t3">
        <Icon of={ChevronRight} />
      </span>
    </li>
  )
}

function Leavers() {
  const t = useOffboardingTexts()
  const list = useOffboardings()
  const users = useUserList().data ?? []
  const navigate = useNavigate()
  const begin = () =>
    void navigate({
      to: '/people/$section/$item',
      params: { section: 'offboarding', item: 'new' },
      search: {},
    })
  useCreateCommand(t('title'), 'offboarding.start', t('start'), begin)
  const start = (
    <Button tone="primary" icon={UserRoundMinus} onPress={begin}>
      {t('start')}
    </Button>
  )
  if (hasFailed(list)) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />
  const empty = list.data?.length === 0
  return (
    <Part title={t('title')} lead={t('lead')} action={!empty && start}>
      {empty ? (
        <EmptyState title={t('empty')} action={start}>
          {t('emptyBody')}
        </EmptyState>
      ) : (
        <ul className="lines">
          {list.isPending &&
            [1, 2].map((n) => (
              <li key={n}>
                <Skeleton height={28} />
              </li>
            ))}
          {list.data?.map((item) => (
            <Row
              key={item.id}
              item={item}
              name={users.find((user) => user.id === item.user)?.name ?? common('unknownUser')}
            />
          ))}
        </ul>
      )}
    </Part>
  )
}

export default function OffboardingSection() {
  const { item } = useParams({ strict: false }) as { item?: string }
  useOffboardingEvents()
  if (item === 'new') return <Wizard />
  return item ? <Leaver id={item} /> : <Leavers />
}
