// One device on which somebody is signed in, one's own or a colleague's; the words are the screen's.
import { Monitor, Smartphone } from 'lucide-react'
import { dateTime } from '@/i18n/format'
import { Button } from '@/ui/button'
import { Chip } from '@/ui/chip'
import { Icon } from '@/ui/icon'
import type { DeviceSession } from '@/wire/records'
import { isPhone } from './device'

export function DeviceRow({
  device,
  name,
  here,
  lastUsed,
  end,
  endLabel,
  onEnd,
}: {
  device: DeviceSession
  name: string
  /** "This device". */
  here: string
  lastUsed: string
  end: string
  endLabel: string
  onEnd: () => void
}) {
  return (
    <li>
      <span className="t3">
        <Icon of={isPhone(device.user_agent) ? Smartphone : Monitor} size="l" />
      </span>
      <div className="names">
        <span>
          <b>{name}</b> {device.current && <Chip tone="accent">{here}</Chip>}
        </span>
        <span className="sm t3" title={dateTime(new Date(device.last_used_at))}>
          {[lastUsed, device.address].filter(Boolean).join(' · ')}
        </span>
      </div>
      {!device.current && (
        <Button small aria-label={endLabel} onPress={onEnd}>
          {end}
        </Button>
      )}
    </li>
  )
}
