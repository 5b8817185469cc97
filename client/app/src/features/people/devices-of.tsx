// Where a colleague is signed in; a lost phone is signed out from here.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { DeviceRow } from '@/features/settings/device-row'
import { api } from '@/session/api'
import { ApiError } from '@/session/errors'
import { hasFailed } from '@/session/reads'
import { useSignedIn } from '@/session/session'
import { Part } from '@/shell/sections'
import { Button } from '@/ui/button'
import { ConfirmDialog } from '@/ui/dialog'
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
      {hasFailed(devices) ? (
        <ErrorState error={devices.error} onRetry={() => void devices.refetch()} />
      ) : devices.isPending ? (
        <Skeleton height={48} />
      ) : (
        list.length > 0 && (
          <ul className="lines">
            {list.map((device) => (
              <DeviceRow
                key={device.id}
                device={device}
                end={t('signOut')}
                onEnd={() => end.mutate(device.id)}
              />
            ))}
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
