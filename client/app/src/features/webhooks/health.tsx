import { CircleCheck, CirclePause, CircleX, TriangleAlert } from 'lucide-react'
import { Chip } from '@/ui/chip'
import { Icon } from '@/ui/icon'
import type { Webhook } from '@/wire/rules'
import { type Health, healthOf } from './address'
import { useWebhookTexts } from './texts'

const signs = {
  on: [CircleCheck, 'ok'],
  failing: [TriangleAlert, 'warn'],
  off: [CirclePause, 'plain'],
  paused: [CircleX, 'danger'],
} as const satisfies Record<Health, unknown>

export function HealthChip({ hook }: { hook: Webhook }) {
  const t = useWebhookTexts()
  const health = healthOf(hook)
  const [icon, tone] = signs[health]
  return (
    <Chip tone={tone}>
      <Icon of={icon} size="s" />
      {t(`health.${health}`)}
    </Chip>
  )
}
