// How a channel is shown: its kind, and how it is.
import { CircleCheck, CirclePause, TriangleAlert, Unplug } from 'lucide-react'
import { SourceGlyph } from '@/features/boards/source'
import { Chip } from '@/ui/chip'
import { Icon } from '@/ui/icon'
import type { Channel, ChannelKind } from '@/wire/channels'
import { kindName } from './lines'
import { useChannelTexts } from './texts'

const signs = {
  active: [CircleCheck, 'ok'],
  paused: [CirclePause, 'plain'],
  reconnect: [Unplug, 'danger'],
} as const

export function KindMark({ kind }: { kind: ChannelKind }) {
  return (
    <span className="kind-mark">
      <SourceGlyph source={kind} />
      <span aria-hidden="true">{kindName(kind)}</span>
    </span>
  )
}

export function StateChips({ channel }: { channel: Pick<Channel, 'state' | 'silent'> }) {
  const t = useChannelTexts()
  const [icon, tone] = signs[channel.state]
  return (
    <>
      <Chip tone={tone}>
        <Icon of={icon} size="s" />
        {t(`state.${channel.state}`)}
      </Chip>
      {channel.silent && channel.state === 'active' && (
        <Chip tone="warn">
          <Icon of={TriangleAlert} size="s" />
          {t('silent')}
        </Chip>
      )}
    </>
  )
}
