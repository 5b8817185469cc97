// Where a colleague is signed in; a lost phone is signed out from here.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Monitor, Smartphone } from 'lucide-react'
import { useState } from 'react'
import { deviceName, isPhone } from '@/features/settings/device'
import { ago } from '@/i18n/ago'
import { dateTime } from '@/i18n/format'
import { api } from '@/session/api'
import { ApiError } from '@/session/errors'
import { useSignedIn } from '@/session/session'
import { Part } from '@/shell/sections'
import { Button } from '@/ui/button'
import { Chip } from '@/ui/chip'
import { ConfirmDialog } from '@/ui/dialog'
import { Icon } from '@/ui/icon'
import { ErrorState, Skeleton } from '@/ui/states'
import { toast } from '@/ui/toasts'
import type { User } from '@/wire/records'
import { whyNot } from './changes'
import { useDevicesOf } from './queries'
import { usePeopleTexts } from './texts'

export function DevicesOf({ user }: { user: User }) {
  const t = usePeopleTexts()
  const queries = useQueryClient()
  const isMe = useSignedIn().user.id === user.id
  const devices = useDevicesOf(user.id)
  const [asking, setAsking] = useState(false)
  const end = useMutation({
    mutationFn: (session?: string) =>
      api.delete(`/users/${user.id}/sessions${session ? `/${session}` : ''}`),
    onSuccess: () => {
      toast(t('signedOut', { name: user.name }))
      return queries.invalidateQueries({ queryKey: ['devices'] })
    },
    onError: (error) => toast(whyNot(error)),
  })
  const list = devices.data ?? []
  // The devices of somebody who may do more are none of the reader's business.
  if (devices.error instanceof ApiError && devices.error.status === 403) return null
  return (
    <Part
      title={t('devices')}
      lead={list.length === 0 && devices.data ? t('noDevices') : t('devicesLead')}
      action={
        !isMe &&
        list.length > 1 && (
          <Button tone="danger" onPress={() => setAsking(true)}>
            {t('signOutAll')}
          </Button>
        )
      }
    >
      {devices.isError ? (
        <ErrorState error={devices.error} onRetry={() => void devices.refetch()} />
      ) : devices.isPending ? (
        <Skeleton height={48} />
      ) : (
        list.length > 0 && (
          <ul className="lines">
            {list.map((device) => {
              const name = deviceName(device.user_agent) ?? t('unknownDevice')
              return (
                <li key={device.id}>
                  <span className="t3">
                    <Icon of={isPhone(device.user_agent) ? Smartphone : Monitor} size="l" />
                  </span>
                  <div className="names">
                    <span>
                      <b>{name}</b> {device.current && <Chip tone="accent">{t('thisDevice')}</Chip>}
                    </span>
                    <span className="sm t3" title={dateTime(new Date(device.last_used_at))}>
                      {[t('lastUsed', { when: ago(device.last_used_at) }), device.address]
                        .filter(Boolean)
                        .join(' · ')}
                    </span>
                  </div>
                  {!device.current && (
                    <Button
                      small
                      aria-label={t('signOutNamed', { device: name })}
                      onPress={() => end.mutate(device.id)}
                    >
                      {t('signOut')}
                    </Button>
                  )}
                </li>
              )
            })}
          </ul>
        )
      )}
      <ConfirmDialog
        isOpen={asking}
        title={t('signOutAllTitle', { name: user.name })}
        action={t('signOutAll')}
        onClose={() => setAsking(false)}
        onConfirm={() => end.mutate(undefined)}
      >
        <p className="t2">{t('signOutAllBody')}</p>
      </ConfirmDialog>
    </Part>
  )
}
