// One thing that came in: who, what and for whom in a line; how it was read behind it.
import { Link } from '@tanstack/react-router'
import { ChevronDown, ChevronRight, CircleHelp } from 'lucide-react'
import { useId, useState } from 'react'
import { SourceGlyph } from '@/features/boards/source'
import { ago } from '@/i18n/ago'
import { dateTime, number } from '@/i18n/format'
import { Chip } from '@/ui/chip'
import { Icon } from '@/ui/icon'
import type { Channel, Connection, Item } from '@/wire/channels'
import { useLedgerTexts } from './ledger-texts'
import { asItemKind, whoOf, wordsOf } from './lines'
import { LEDGER } from './search'

export function ItemRow({
  item,
  connections,
  channels,
  isInPayload,
}: {
  item: Item
  connections: readonly Connection[]
  channels: readonly Channel[]
  /** Its payload is on the screen already. */
  isInPayload?: boolean
}) {
  const t = useLedgerTexts()
  const [isOpen, setOpen] = useState(false)
  const id = useId()
  const kind = asItemKind(item.kind)
  const who = whoOf(item)
  const words = wordsOf(item)
  const channel = channels.find((each) => each.id === item.channel_id)
  const connection = connections.find((each) => each.id === item.connection_id)
  const place = item.channel_id
    ? (channel?.name ?? t('goneChannel'))
    : item.source
      ? item.account
      : t('noAccount')
  return (
    <li className="entry">
      <div className="line">
        <button
          type="button"
          className="fold"
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={() => setOpen(!isOpen)}
        >
          <Icon of={isOpen ? ChevronDown : ChevronRight} size="s" />
          <SourceGlyph source={item.source} />
          <b>{kind ? t(`kind.${kind}`) : item.kind}</b>
        </button>
        {item.state === 'unclaimed' && (
          <Chip tone="warn">
            <Icon of={CircleHelp} size="s" />
            {t('item.unclaimed')}
          </Chip>
        )}
        <span className="said">
          {who && <b>{who}</b>} <span className="t2">{words}</span>
        </span>
        <span className="meta sm t3">
          <span>{place}</span>
          <span title={dateTime(new Date(item.created_at))}>{ago(item.created_at)}</span>
        </span>
      </div>
      {isOpen && (
        <div className="more" id={id}>
          <dl>
            {connection && (
              <>
                <dt>{t('connection')}</dt>
                <dd>{connection.name}</dd>
              </>
            )}
            {item.account && (
              <>
                <dt>{t('account')}</dt>
                <dd>
                  <code>{item.account}</code>
                </dd>
              </>
            )}
            {(item.contact || item.phone) && (
              <>
                <dt>{t('contact')}</dt>
                <dd>
                  <code>
                    {[item.contact, item.phone && `+${item.phone}`].filter(Boolean).join(' · ')}
                  </code>
                </dd>
              </>
            )}
            <dt>{t('key')}</dt>
            <dd>
              <code>{item.key}</code>
            </dd>
            <dt>{t('place')}</dt>
            <dd>{number(item.position)}</dd>
            {item.at && (
              <>
                <dt>{t('saidAt')}</dt>
                <dd>{dateTime(new Date(item.at))}</dd>
              </>
            )}
            <dt>{t('cameAt')}</dt>
            <dd>{dateTime(new Date(item.created_at))}</dd>
          </dl>
          <section className="raw scroll" tabIndex={0} aria-label={t('normalForm')}>
            <pre>{JSON.stringify(item.d, null, 2)}</pre>
          </section>
          {!isInPayload && (
            <div>
              <Link className="btn sm" {...LEDGER} search={{ payload: item.hook_id }}>
                {t('rawPayload')}
              </Link>
            </div>
          )}
        </div>
      )}
    </li>
  )
}
