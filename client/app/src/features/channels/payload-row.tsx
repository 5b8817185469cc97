// One payload in the list: whether it was read, how large it is, from which app.
import { Link } from '@tanstack/react-router'
import { CircleCheck, CircleX, Clock } from 'lucide-react'
import { ago } from '@/i18n/ago'
import { dateTime, number } from '@/i18n/format'
import { Chip } from '@/ui/chip'
import { Icon } from '@/ui/icon'
import type { Connection, Payload } from '@/wire/channels'
import { ledgerTexts, useLedgerTexts } from './ledger-texts'
import { LEDGER } from './search'

const signs = {
  received: [Clock, 'info'],
  split: [CircleCheck, 'ok'],
  unreadable: [CircleX, 'danger'],
} as const

export function PayloadState({ payload }: { payload: Pick<Payload, 'state'> }) {
  const t = useLedgerTexts()
  const [icon, tone] = signs[payload.state]
  return (
    <Chip tone={tone}>
      <Icon of={icon} size="s" />
      {t(`payload.${payload.state}`)}
    </Chip>
  )
}

const KILO = 1_000
export function sizeText(bytes: number): string {
  const of = (n: number) => number(Math.round(n * 10) / 10)
  if (bytes < KILO) return ledgerTexts('bytes', { n: number(bytes) })
  if (bytes < KILO * KILO) return ledgerTexts('kilobytes', { n: of(bytes / KILO) })
  return ledgerTexts('megabytes', { n: of(bytes / KILO / KILO) })
}

export function PayloadRow({
  payload,
  connections,
}: {
  payload: Payload
  connections: readonly Connection[]
}) {
  const t = useLedgerTexts()
  const connection = connections.find((each) => each.id === payload.connection_id)
  const at = new Date(payload.received_at)
  return (
    <li className="payload">
      <Link {...LEDGER} search={{ payload: payload.id }}>
        {dateTime(at)}
      </Link>
      <PayloadState payload={payload} />
      <span className="sm t3">{connection?.name ?? t('goneConnection')}</span>
      <span className="meta sm t3">
        <span className="num">{sizeText(payload.bytes)}</span>
        <span>{ago(at)}</span>
      </span>
    </li>
  )
}
