import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { leave } from '@/live/live'
import { useObservable } from '@/live/observable'
import { liveStatus } from '@/live/status'
import { api } from '@/session/api'
import { problemText } from '@/session/errors'
import { hasFailed } from '@/session/reads'
import { Part } from '@/shell/sections'
import { useShellTexts } from '@/shell/texts'
import { Button } from '@/ui/button'
import { ConfirmDialog } from '@/ui/dialog'
import { ErrorState, Skeleton } from '@/ui/states'
import { toast } from '@/ui/toasts'
import type { DeviceSession, Page } from '@/wire/records'
import { deviceName } from './device'
import { DeviceRow } from './device-row'
import { useSettingsTexts } from './texts'

export function DevicesSection() {
  const t = useSettingsTexts()
  const s = useShellTexts()
  const { pending } = useObservable(liveStatus)
  const queries = useQueryClient()
  const [leaving, setLeaving] = useState(false)
  const devices = useQuery({
    queryKey: ['devices'],
    queryFn: async () => (await api.get<Page<DeviceSession>>('/me/sessions')).items,
  })
  const end = useMutation({
    mutationFn: (device: DeviceSession) => api.delete(`/me/sessions/${device.id}`),
    onSuccess: (_, device) => {
      toast(t('ended', { device: deviceName(device.user_agent) ?? t('unknownDevice') }))
      return queries.invalidateQueries({ queryKey: ['devices'] })
    },
    onError: (error) => toast(problemText(error)),
  })
  if (hasFailed(devices))
    return <ErrorState error={devices.error} onRetry={() => void devices.refetch()} />
  const sorted = [...(devices.data ?? [])].sort(
    (a, b) => Number(b.current) - Number(a.current) || b.last_used_at.localeCompare(a.last_used_at),
  )
  return (
    <Part
      title={t('devices')}
      lead={t('devicesLead')}
      action={
        <Button tone="danger" onPress={() => setLeaving(true)}>
          {t('everywhere')}
        </Button>
      }
    >
      <ul className="lines">
        {devices.isPending && (
          <li>
            <Skeleton height={28} />
          </li>
        )}
        {sorted.map((device) => (
          <DeviceRow
            key={device.id}
            device={device}
            end={t('end')}
            onEnd={() => end.mutate(device)}
          />
        ))}
      </ul>
      <ConfirmDialog
        isOpen={leaving}
        title={t('everywhereTitle')}
        action={t('everywhere')}
        onClose={() => setLeaving(false)}
        onConfirm={() => void leave(true)}
      >
        <p>{t('everywhereBody')}</p>
        {pending > 0 && <p className="mt-2">{s('leaveBody', { count: pending })}</p>}
      </ConfirmDialog>
    </Part>
  )
}
