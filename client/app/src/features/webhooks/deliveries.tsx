// What was sent to a webhook and what came back; anything can be sent once more.
import { useQueryClient } from '@tanstack/react-query'
import { ChevronDown, ChevronRight, CircleCheck, CircleX, Clock, RotateCw } from 'lucide-react'
import { useId, useState } from 'react'
import { ago } from '@/i18n/ago'
import { dateTime, number } from '@/i18n/format'
import { perform } from '@/live/live'
import { Part } from '@/shell/sections'
import { Button } from '@/ui/button'
import { Chip } from '@/ui/chip'
import { ChoiceBar } from '@/ui/choice-bar'
import { Icon } from '@/ui/icon'
import { Paged } from '@/ui/paged'
import { EmptyState } from '@/ui/states'
import { toast } from '@/ui/toasts'
import type { Delivery, DeliveryState, Webhook } from '@/wire/rules'
import { asHookOp } from './ops'
import { deliveriesKey, useDeliveries } from './queries'
import { useWebhookTexts } from './texts'

const filters: readonly (DeliveryState | undefined)[] = [
  undefined,
  'delivered',
  'waiting',
  'failed',
]
const signs = {
  delivered: [CircleCheck, 'ok'],
  waiting: [Clock, 'info'],
  failed: [CircleX, 'danger'],
} as const
const errors = [
  'refused_address',
  'unreachable',
  'timeout',
  'tls',
  'redirect',
  'bad_answer',
] as const

/** The event as people call it. */
export function useOpName(): (op: string) => string {
  const t = useWebhookTexts()
  return (op) => {
    const known = asHookOp(op)
    return op === 'webhook.test' ? t('opTest') : known ? t(`op.${known}`) : op
  }
}

/** Why it did not arrive, in words; the status where there was an answer. */
export function useAnswer(): (delivery: Delivery) => string {
  const t = useWebhookTexts()
  return ({ error, status }) => {
    const known = errors.find((each) => each === error)
    if (known) return t(`error.${known}`)
    return status === null ? (error ?? '') : t('answered', { status })
  }
}

function DeliveryRow({ delivery, hook }: { delivery: Delivery; hook: Webhook }) {
  const t = useWebhookTexts()
  const opName = useOpName()
  const answer = useAnswer()
  const queries = useQueryClient()
  const [isOpen, setOpen] = useState(false)
  const id = useId()
  const [icon, tone] = signs[delivery.state]
  const event = opName(delivery.op)
  const replay = () => {
    const label = t('replayed', { event })
    void perform({
      topic: 'tenant',
      op: 'webhook.replay',
      d: { webhook: hook.id, delivery: delivery.id },
      label,
    }).then((answered) => {
      if (!answered) return
      toast(label, { key: 'webhook' })
      void queries.invalidateQueries({ queryKey: deliveriesKey(hook.id) })
    })
  }
  return (
    <li className="delivery">
      <div className="line">
        <button
          type="button"
          className="fold"
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={() => setOpen(!isOpen)}
        >
          <Icon of={isOpen ? ChevronDown : ChevronRight} size="s" />
          <b>{event}</b>
        </button>
        <Chip tone={tone}>
          <Icon of={icon} size="s" />
          {t(`state.${delivery.state}`)}
        </Chip>
        {delivery.replay_of && <Chip tone="line">{t('isReplay')}</Chip>}
        <span className="sm t3 said">
          {[
            answer(delivery),
            delivery.attempts > 1 ? t('attempts', { count: delivery.attempts }) : '',
          ]
            .filter(Boolean)
            .join(' · ')}
        </span>
        <span className="sp" />
        <span className="sm t3 when" title={dateTime(new Date(delivery.created_at))}>
          {ago(delivery.created_at)}
        </span>
      </div>
      {isOpen && (
        <div className="more" id={id}>
          <dl>
            <dt>{t('createdAt')}</dt>
            <dd>{dateTime(new Date(delivery.created_at))}</dd>
            {delivery.tried_at && (
              <>
                <dt>{t('triedAt')}</dt>
                <dd>
                  {[
                    dateTime(new Date(delivery.tried_at)),
                    t('attempts', { count: delivery.attempts }),
                    delivery.took_ms === null ? '' : t('took', { ms: number(delivery.took_ms) }),
                  ]
                    .filter(Boolean)
                    .join(' · ')}
                </dd>
              </>
            )}
            <dt>{t('place')}</dt>
            <dd>
              <code>
                {delivery.topic} #{delivery.seq}
              </code>
            </dd>
            {answer(delivery) && (
              <>
                <dt>{t('answer')}</dt>
                <dd>{answer(delivery)}</dd>
              </>
            )}
          </dl>
          {delivery.state === 'waiting' && delivery.next_at && (
            <p className="sm t2">{t('nextTry', { when: dateTime(new Date(delivery.next_at)) })}</p>
          )}
          {delivery.status !== null && (
            <section className="code scroll" tabIndex={0} aria-label={t('answer')}>
              <pre>{delivery.excerpt || t('noAnswer')}</pre>
            </section>
          )}
          {delivery.op !== 'webhook.test' && (
            <div className="row">
              <Button
                small
                icon={RotateCw}
                isDisabled={!hook.enabled}
                aria-label={t('replayOf', { event })}
                onPress={replay}
              >
                {t('replay')}
              </Button>
              {!hook.enabled && <span className="sm t3">{t('replayOff')}</span>}
            </div>
          )}
        </div>
      )}
    </li>
  )
}

export function Deliveries({ hook }: { hook: Webhook }) {
  const t = useWebhookTexts()
  const [state, setState] = useState<DeliveryState>()
  const read = useDeliveries(hook.id, state)
  return (
    <Part
      title={t('deliveries')}
      action={
        <ChoiceBar
          label={t('filter')}
          options={filters.map((id) => ({ id, text: id ? t(`state.${id}`) : t('all') }))}
          value={state}
          onChange={setState}
        />
      }
    >
      <Paged
        read={read}
        height={40}
        empty={
          <EmptyState
            title={t(state ? 'noneLike' : 'noDeliveries')}
            action={state && <Button onPress={() => setState(undefined)}>{t('showAll')}</Button>}
          >
            {!state && t('noDeliveriesBody')}
          </EmptyState>
        }
      >
        {(delivery) => <DeliveryRow key={delivery.id} delivery={delivery} hook={hook} />}
      </Paged>
    </Part>
  )
}
