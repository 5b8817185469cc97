// One webhook at its own address: its state, its secret, a test, and what was sent.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { ArrowLeft, CircleCheck, CircleX, KeyRound, Pencil, Send, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useCommonTexts } from '@/i18n/common'
import { number } from '@/i18n/format'
import { since } from '@/i18n/since'
import { uuidv7 } from '@/live/ids'
import { api } from '@/session/api'
import { problemText } from '@/session/errors'
import { Part } from '@/shell/sections'
import { Button } from '@/ui/button'
import { Chip } from '@/ui/chip'
import { ConfirmDialog } from '@/ui/dialog'
import { Icon } from '@/ui/icon'
import { Banner, EmptyState, ErrorState, Skeleton } from '@/ui/states'
import { Switch } from '@/ui/switch'
import { toast } from '@/ui/toasts'
import type { Delivery, Webhook } from '@/wire/rules'
import { healthOf, hostOf } from './address'
import { remove, turn } from './commands'
import { Deliveries, useAnswer, useOpName } from './deliveries'
import { HealthChip } from './health'
import { HookDialog, type Revealed, SecretDialog } from './hook-dialog'
import { deliveriesKey, useWebhooks, webhooksKey } from './queries'
import { useWebhookTexts } from './texts'
import { Verify } from './verify'

function State({ hook }: { hook: Webhook }) {
  const t = useWebhookTexts()
  const queries = useQueryClient()
  const resume = (
    <Button small onPress={() => turn(queries, hook, true)}>
      {t('resume')}
    </Button>
  )
  switch (healthOf(hook)) {
    case 'paused':
      return (
        <Banner tone="danger" action={resume}>
          <span className="sp">{t('pausedBody')}</span>
        </Banner>
      )
    case 'off':
      return (
        <Banner action={resume}>
          <span className="sp">{t('offBody')}</span>
        </Banner>
      )
    case 'failing':
      return (
        <Banner>
          <span className="sp">{t('failingSince', { when: since(hook.failing_since ?? '') })}</span>
        </Banner>
      )
    default:
      return null
  }
}

function TestLine({ delivery }: { delivery: Delivery }) {
  const t = useWebhookTexts()
  const answer = useAnswer()
  const isOk = delivery.state === 'delivered'
  return (
    <p className="test-line" role="status" data-ok={isOk}>
      <Icon of={isOk ? CircleCheck : CircleX} size="s" />
      {isOk
        ? t('testOk', { status: delivery.status ?? 0, ms: number(delivery.took_ms ?? 0) })
        : t('testFailed', { why: answer(delivery) })}
    </p>
  )
}

function Hook({ hook }: { hook: Webhook }) {
  const t = useWebhookTexts()
  const c = useCommonTexts()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const opName = useOpName()
  const host = hostOf(hook.url)
  const [asking, ask] = useState<'edit' | 'rotate' | 'remove'>()
  const [revealed, setRevealed] = useState<Revealed>()
  const test = useMutation({
    mutationFn: () =>
      api.post<Delivery>(`/webhooks/${hook.id}/test`, {}, { idempotencyKey: uuidv7() }),
    onSettled: () => void queries.invalidateQueries({ queryKey: deliveriesKey(hook.id) }),
  })
  const rotate = useMutation({
    mutationFn: () =>
      api.post<Revealed>(`/webhooks/${hook.id}/rotate`, {}, { idempotencyKey: uuidv7() }),
    onSuccess: (next) => {
      setRevealed(next)
      void queries.invalidateQueries({ queryKey: webhooksKey })
    },
    onError: (error) => toast(problemText(error)),
  })
  return (
    <>
      <div className="hook">
        <header className="hook-head">
          <Link to="/settings/$section" params={{ section: 'webhooks' }} className="back">
            <Icon of={ArrowLeft} size="s" />
            {t('webhooks')}
          </Link>
          <span className="sp" />
          <Switch
            label={host}
            hideLabel
            isSelected={hook.enabled}
            onChange={(on) => turn(queries, hook, on)}
          />
          <HealthChip hook={hook} />
        </header>
        <State hook={hook} />
        <Part
          title={host}
          action={
            <div className="row">
              <Button icon={Send} isPending={test.isPending} onPress={() => test.mutate()}>
                {t('test')}
              </Button>
              <Button icon={Pencil} onPress={() => ask('edit')}>
                {c('edit')}
              </Button>
            </div>
          }
        >
          {test.data && !test.isPending && <TestLine delivery={test.data} />}
          {test.error && !test.isPending && (
            <p className="ferr" role="alert">
              {problemText(test.error)}
            </p>
          )}
          <dl className="facts">
            <dt>{t('address')}</dt>
            <dd>
              <code>{hook.url}</code>
            </dd>
            <dt>{t('eventList')}</dt>
            <dd className="wrap-chips">
              {hook.ops.map((op) => (
                <Chip key={op}>{opName(op)}</Chip>
              ))}
            </dd>
            <dt>{t('secret')}</dt>
            <dd className="row">
              <span>{t('secretHint', { hint: hook.secret_hint })}</span>
              <Button
                small
                tone="quiet"
                icon={KeyRound}
                isPending={rotate.isPending}
                onPress={() => ask('rotate')}
              >
                {t('rotate')}
              </Button>
            </dd>
          </dl>
        </Part>
      </div>
      <Deliveries hook={hook} />
      <Verify />
      <div>
        <Button tone="danger" icon={Trash2} onPress={() => ask('remove')}>
          {t('remove')}
        </Button>
      </div>
      {asking === 'edit' && <HookDialog hook={hook} onClose={() => ask(undefined)} />}
      {asking === 'rotate' && (
        <ConfirmDialog
          isOpen
          title={t('rotateTitle', { host })}
          action={t('rotate')}
          onClose={() => ask(undefined)}
          onConfirm={() => rotate.mutate()}
        >
          <p>{t('rotateBody')}</p>
        </ConfirmDialog>
      )}
      {asking === 'remove' && (
        <ConfirmDialog
          isOpen
          title={t('removeTitle', { host })}
          action={t('remove')}
          onClose={() => ask(undefined)}
          onConfirm={() =>
            void remove(queries, hook).then((done) => {
              if (!done) return
              toast(t('removed', { host }), { key: 'webhook' })
              void navigate({ to: '/settings/$section', params: { section: 'webhooks' } })
            })
          }
        >
          <p>{t('removeBody')}</p>
        </ConfirmDialog>
      )}
      {revealed && <SecretDialog hook={revealed} onClose={() => setRevealed(undefined)} />}
    </>
  )
}

export function HookPage({ id }: { id: string }) {
  const t = useWebhookTexts()
  const read = useWebhooks()
  const hook = read.data?.find((each) => each.id === id)
  if (read.isError && !read.data)
    return <ErrorState error={read.error} onRetry={() => void read.refetch()} />
  // A webhook that was just made may come with the next reading.
  if (!read.data || (!hook && read.isFetching)) return <Skeleton height={240} />
  if (!hook) {
    return (
      <EmptyState
        title={t('noSuch')}
        action={
          <Link className="btn" to="/settings/$section" params={{ section: 'webhooks' }}>
            {t('webhooks')}
          </Link>
        }
      >
        {t('noSuchBody')}
      </EmptyState>
    )
  }
  return <Hook hook={hook} />
}
