// One device on which somebody is signed in, one's own or a colleague's.
import { Monitor, Smartphone } from 'lucide-react'
import { dateTime } from '@/i18n/format'
import { since } from '@/i18n/since'
import { Button } from '@/ui/button'
import { Chip } from '@/ui/chip'
import { Icon } from '@/ui/icon'
import type { DeviceSession } from '@/wire/records'
import { deviceName, isPhone } from './device'
import { useSettingsTexts } from './texts'

export function DeviceRow({
  device,
  end,
  onEnd,
}: {
  device: DeviceSession
  /** What the button says; it names the device to who does not see the row. */
  end: string
  onEnd: () => void
}) {
  const t = useSettingsTexts()
  const name = deviceName(device.user_agent) ?? t('unknownDevice')
  return (
    <li>
      <span className="t3">
        <Icon of={isPhone(device.user_agent) ? Smartphone : Monitor} size="l" />
      </span>
      <div className="names">
        <span>
          <b>{name}</b> {device.current && <Chip tone="accent">{t('thisDevice')}</Chip>}
        </span>
        <span className="sm t3" title={dateTime(new Date(device.last_used_at))}>
          {[t('lastUsed', { when: since(device.last_used_at) }), device.address]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </div>
      {!device.current && (
        <Button small aria-label={`${end}: ${name}`} onPress={onEnd}>
          {end}
        </Button>
      )}
    </li>
  )
}
