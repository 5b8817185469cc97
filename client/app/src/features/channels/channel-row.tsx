// One channel: how it is, when something last came, and what can be done about it.
import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { EllipsisVertical, Inbox, Pause, Pencil, Play, Trash2 } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useCommonTexts } from '@/i18n/common'
import { dateTime } from '@/i18n/format'
import { since } from '@/i18n/since'
import { useMinute } from '@/live/hooks'
import { Button, IconButton } from '@/ui/button'
import { ConfirmDialog } from '@/ui/dialog'
import { MenuButton, MenuItem, MenuSeparator } from '@/ui/menu'
import type { Channel } from '@/wire/channels'
import { ChannelDialog } from './channel-dialog'
import { removeChannel, setState } from './commands'
import { LEDGER } from './search'
import { KindMark, StateChips } from './signs'
import { useChannelTexts } from './texts'

/** What is wrong, and what to do. */
function Notice({ channel }: { channel: Channel }) {
  const t = useChannelTexts()
  const queries = useQueryClient()
  if (channel.state === 'reconnect')
    return (
      <div className="channel-note" data-tone="danger">
        <p>{t('reconnectBody')}</p>
        <Button small onPress={() => setState(queries, channel, 'active')}>
          {t('reopen')}
        </Button>
      </div>
    )
  if (channel.state === 'paused') return <p className="sm t3">{t('pausedBody')}</p>
  if (channel.silent)
    return (
      <div className="channel-note" data-tone="warn">
        <p>{t('silentSince', { hours: channel.silent_hours })}</p>
      </div>
    )
  return null
}

export function ChannelRow({ channel, isTarget }: { channel: Channel; isTarget: boolean }) {
  const t = useChannelTexts()
  const c = useCommonTexts()
  const queries = useQueryClient()
  const navigate = useNavigate()
  useMinute()
  const row = useRef<HTMLLIElement>(null)
  const [asking, ask] = useState<'edit' | 'remove'>()
  useEffect(() => {
    if (isTarget) row.current?.scrollIntoView?.({ block: 'center' })
  }, [isTarget])
  const isActive = channel.state === 'active'
  const cameHere = { ...LEDGER, search: { channel: channel.id } }
  return (
    <li className="channel" ref={row} data-target={isTarget || undefined}>
      <div className="names">
        <span className="row wrap">
          <KindMark kind={channel.kind} />
          <b>{channel.name}</b>
          <StateChips channel={channel} />
        </span>
        <span className="row wrap sm t3">
          <code>{channel.external_id}</code>
          {channel.last_inbound_at ? (
            <Link {...cameHere} title={dateTime(new Date(channel.last_inbound_at))}>
              {t('lastInbound', { when: since(channel.last_inbound_at) })}
            </Link>
          ) : (
            <span>{t('neverInbound')}</span>
          )}
          <span>
            {channel.silent_hours > 0
              ? t('silentAfter', { count: channel.silent_hours })
              : t('silentNever')}
          </span>
        </span>
        <Notice channel={channel} />
      </div>
      <MenuButton
        label={channel.name}
        placement="bottom end"
        button={
          <IconButton icon={EllipsisVertical} label={`${c('more')}: ${channel.name}`} small />
        }
      >
        <MenuItem icon={Pencil} onAction={() => ask('edit')}>
          {c('edit')}
        </MenuItem>
        <MenuItem
          icon={isActive ? Pause : Play}
          onAction={() => setState(queries, channel, isActive ? 'paused' : 'active')}
        >
          {t(isActive ? 'pause' : 'resume')}
        </MenuItem>
        <MenuItem icon={Inbox} onAction={() => void navigate(cameHere)}>
          {t('whatCame')}
        </MenuItem>
        <MenuSeparator />
        <MenuItem icon={Trash2} danger onAction={() => ask('remove')}>
          {t('removeChannel')}
        </MenuItem>
      </MenuButton>
      {asking === 'edit' && <ChannelDialog channel={channel} onClose={() => ask(undefined)} />}
      {asking === 'remove' && (
        <ConfirmDialog
          isOpen
          title={t('removeChannelTitle', { name: channel.name })}
          action={t('removeChannel')}
          onClose={() => ask(undefined)}
          onConfirm={() => removeChannel(queries, channel)}
        >
          <p>{t('removeChannelBody')}</p>
        </ConfirmDialog>
      )}
    </li>
  )
}
