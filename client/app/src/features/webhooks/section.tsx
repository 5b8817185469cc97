// The page of webhooks in the settings: the list, or one webhook behind its address.
import './webhooks.css'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { useCommands, useCreateCommand } from '@/commands'
import { Part } from '@/shell/sections'
import { Button } from '@/ui/button'
import { EmptyState, ErrorState, Skeleton } from '@/ui/states'
import type { Webhook } from '@/wire/rules'
import { hostOf, pathOf } from './address'
import { useOpName } from './deliveries'
import { HealthChip } from './health'
import { HookDialog, type Revealed, SecretDialog } from './hook-dialog'
import { HookPage } from './hook-page'
import { useWebhookEvents, useWebhooks } from './queries'
import { useWebhookTexts } from './texts'
import { Verify } from './verify'

const OPS_SHOWN = 3

function HookRow({ hook }: { hook: Webhook }) {
  const t = useWebhookTexts()
  const opName = useOpName()
  const shown = hook.ops.slice(0, OPS_SHOWN).map(opName)
  const rest = hook.ops.length - shown.length
  return (
    <li>
      <div className="names">
        <span className="row hook-name">
          <Link to="/settings/$section/$id" params={{ section: 'webhooks', id: hook.id }}>
            <b>{hostOf(hook.url)}</b>
            <span className="t3">{pathOf(hook.url)}</span>
          </Link>
          <HealthChip hook={hook} />
        </span>
        <span className="sm t3">
          {t('events', { count: hook.ops.length })}: {shown.join(', ')}
          {rest > 0 && ` +${rest}`}
        </span>
      </div>
    </li>
  )
}

function HookList() {
  const t = useWebhookTexts()
  const navigate = useNavigate()
  const read = useWebhooks()
  const [isAdding, setAdding] = useState(false)
  const [made, setMade] = useState<Revealed>()
  useCreateCommand(t('webhooks'), 'settings.webhook', t('add'), () => setAdding(true))
  useCommands(t('webhooks'), () =>
    (read.data ?? []).map((hook) => ({
      id: `webhooks.open.${hook.id}`,
      title: `${t('webhooks')}: ${hostOf(hook.url)}`,
      run: () =>
        void navigate({
          to: '/settings/$section/$id',
          params: { section: 'webhooks', id: hook.id },
        }),
    })),
  )
  if (read.isError && !read.data)
    return <ErrorState error={read.error} onRetry={() => void read.refetch()} />
  const hooks = read.data
  const add = (
    <Button tone="primary" icon={Plus} hint="N" onPress={() => setAdding(true)}>
      {t('add')}
    </Button>
  )
  return (
    <>
      <Part title={t('webhooks')} lead={t('lead')} action={hooks && hooks.length > 0 && add}>
        {!hooks ? (
          [1, 2].map((n) => <Skeleton key={n} height={48} />)
        ) : hooks.length === 0 ? (
          <EmptyState title={t('none')} action={add}>
            {t('noneBody')}
          </EmptyState>
        ) : (
          <ul className="lines">
            {hooks.map((hook) => (
              <HookRow key={hook.id} hook={hook} />
            ))}
          </ul>
        )}
      </Part>
      <Verify />
      {isAdding && <HookDialog onClose={() => setAdding(false)} onMade={setMade} />}
      {made && (
        <SecretDialog
          hook={made}
          onClose={() => {
            setMade(undefined)
            void navigate({
              to: '/settings/$section/$id',
              params: { section: 'webhooks', id: made.id },
            })
          }}
        />
      )}
    </>
  )
}

export default function WebhooksSection() {
  const { id } = useParams({ strict: false })
  useWebhookEvents()
  return id ? <HookPage key={id} id={id} /> : <HookList />
}
