// One hand-over: live while it runs, then what came of it, and the way back for a day.
import { Link } from '@tanstack/react-router'
import { ScrollText, Undo2 } from 'lucide-react'
import { useState } from 'react'
import { Crumb } from '@/features/people/crumb'
import { useTeamList, useUserList } from '@/features/people/queries'
import { common } from '@/i18n/common'
import { dateTime, number } from '@/i18n/format'
import { perform } from '@/live/live'
import { usePermission } from '@/session/session'
import { Part } from '@/shell/sections'
import { Avatar } from '@/ui/avatar'
import { Button } from '@/ui/button'
import { ConfirmDialog } from '@/ui/dialog'
import { Icon } from '@/ui/icon'
import { EmptyState, ErrorState, Skeleton } from '@/ui/states'
import type { Offboarding } from '@/wire/leaving'
import { Countdown, useNow } from './countdown'
import { Counts } from './counts'
import { isMoving, mayRevert, progressOf } from './left'
import { useOffboardings } from './queries'
import { StateChip } from './state-chip'
import { useOffboardingTexts } from './texts'

export function usePlanText(item: Offboarding): string {
  const t = useOffboardingTexts()
  const users = useUserList().data ?? []
  const teams = useTeamList().data ?? []
  const { plan } = item
  const named = (list: readonly { id: string; name: string }[], id: string) =>
    list.find((each) => each.id === id)?.name ?? common('none')
  if (plan.kind === 'user') return t('planUser', { name: named(users, plan.to) })
  if (plan.kind === 'team') return t('planTeam', { name: named(teams, plan.team) })
  return t('planSpread')
}

export function Bar({ item }: { item: Offboarding }) {
  const t = useOffboardingTexts()
  const percent = progressOf(item)
  return (
    <div
      className="hand-bar"
      role="progressbar"
      aria-label={t('progressLabel')}
      aria-valuenow={percent}
      aria-valuemin={0}
      aria-valuemax={100}
    >
      <i style={{ width: `${percent}%` }} />
    </div>
  )
}

function Outcome({ item }: { item: Offboarding }) {
  const t = useOffboardingTexts()
  if (isMoving(item)) {
    return (
      <div className="grid gap-2" aria-live="polite">
        <Bar item={item} />
        <span className="t2 num">
          {t('progress', { done: number(item.done), total: number(item.total) })}
        </span>
      </div>
    )
  }
  return (
    <div className="grid gap-3" aria-live="polite">
      <p>
        {item.state === 'reverted'
          ? t('revertedBody')
          : t('doneBody', { count: Math.max(0, item.done - item.kept) })}
      </p>
      {item.kept > 0 && (
        <div className="hand-note">
          <b>{t('kept', { count: item.kept })}</b>
          <span className="t2">{t(item.state === 'reverted' ? 'keptBack' : 'keptWhy')}</span>
          {item.state === 'done' && (
            <Link className="btn sm mt-1 w-max" to="/customers" search={{ owner: [item.user] }}>
              {t('seeKept')}
            </Link>
          )}
        </div>
      )}
    </div>
  )
}

function Shown({ item }: { item: Offboarding }) {
  const t = useOffboardingTexts()
  const users = useUserList().data ?? []
  const canAudit = usePermission('audit.view')
  const [asking, setAsking] = useState(false)
  const now = useNow(item)
  const plan = usePlanText(item)
  const nameOf = (id: string) => users.find((user) => user.id === id)?.name ?? common('unknownUser')
  const name = nameOf(item.user)
  return (
    <>
      <Crumb section="offboarding" label={t('back')} />
      <section className="grid gap-5">
        <header className="person-line">
          <Avatar person={{ id: item.user, name }} size="x" />
          <div className="names">
            <h2 className="t-name">{name}</h2>
            <span className="sm t3">
              {t('by', { name: nameOf(item.by), when: dateTime(new Date(item.at)) })}
            </span>
          </div>
          <StateChip state={item.state} />
        </header>
        <Outcome item={item} />
        <Counts counts={item.counts} />
        <p className="t2">{plan}</p>
        <div className="row flex-wrap">
          {(item.state === 'running' || item.state === 'done') && (
            <>
              <Button
                icon={Undo2}
                isDisabled={!mayRevert(item, now)}
                onPress={() => setAsking(true)}
              >
                {t('revert')}
              </Button>
              <Countdown item={item} now={now} />
            </>
          )}
          <span className="sp" />
          {canAudit && (
            <Link
              className="btn q"
              to="/people/$section"
              params={{ section: 'audit' }}
              search={{ user: item.user }}
            >
              <Icon of={ScrollText} />
              {t('audit')}
            </Link>
          )}
        </div>
      </section>
      <ConfirmDialog
        isOpen={asking}
        title={t('revertTitle', { name })}
        action={t('revert')}
        onClose={() => setAsking(false)}
        onConfirm={() =>
          void perform({
            topic: 'tenant',
            op: 'offboarding.revert',
            d: { offboarding: item.id },
            label: t('revertTitle', { name }),
          })
        }
      >
        <p className="t2">{t('revertBody')}</p>
      </ConfirmDialog>
    </>
  )
}

export function Leaver({ id }: { id: string }) {
  const t = useOffboardingTexts()
  const list = useOffboardings()
  const item = list.data?.find((each) => each.id === id)
  if (item) return <Shown item={item} />
  return (
    <>
      <Crumb section="offboarding" label={t('back')} />
      {list.isError ? (
        <ErrorState error={list.error} onRetry={() => void list.refetch()} />
      ) : list.isFetching || !list.data ? (
        <Part title={t('title')}>
          <Skeleton height={240} />
        </Part>
      ) : (
        <EmptyState title={t('gone')} />
      )}
    </>
  )
}
