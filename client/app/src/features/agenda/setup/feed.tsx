// My agenda for other programs: an address to subscribe to, and a new one when it got about.
import './setup.css'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '@/session/api'
import { problemText } from '@/session/errors'
import { usePermission } from '@/session/session'
import { Part } from '@/shell/sections'
import { Button } from '@/ui/button'
import { ConfirmDialog } from '@/ui/dialog'
import { Secret } from '@/ui/secret'
import { toast } from '@/ui/toasts'
import { useBookables } from '../range'
import { useSetupTexts } from './texts'
import { TimeOffPart } from './time-off'

const key = ['calendar-feed']

function Feed() {
  const t = useSetupTexts()
  const queries = useQueryClient()
  // An address is a secret: it is not on the screen before somebody wants it.
  const [isShown, show] = useState(false)
  const [asking, ask] = useState(false)
  const feed = useQuery({
    queryKey: key,
    queryFn: () => api.get<{ url: string }>('/me/calendar-feed'),
    enabled: isShown,
    staleTime: Infinity,
  })
  const renew = useMutation({
    mutationFn: () => api.post<{ url: string }>('/me/calendar-feed'),
    onSuccess: (next) => {
      queries.setQueryData(key, next)
      show(true)
      toast(t('feedRenewed'), { key: 'settings' })
    },
    onError: (error) => toast(problemText(error)),
  })
  return (
    <Part title={t('feed')} lead={t('feedLead')}>
      <div className="online">
        {feed.data ? (
          <Secret value={feed.data.url} label={t('copyLink')} copied={t('copied')} />
        ) : (
          <Button onPress={() => show(true)} isPending={isShown && feed.isPending}>
            {t('showFeed')}
          </Button>
        )}
        {feed.isError && (
          <span className="ferr" role="alert">
            {problemText(feed.error)}
          </span>
        )}
        <Button tone="quiet" isPending={renew.isPending} onPress={() => ask(true)}>
          {t('newFeed')}
        </Button>
      </div>
      <ConfirmDialog
        isOpen={asking}
        title={t('newFeedTitle')}
        action={t('newFeed')}
        onClose={() => ask(false)}
        onConfirm={() => renew.mutate()}
      >
        <p>{t('newFeedBody')}</p>
      </ConfirmDialog>
    </Part>
  )
}

/** The agenda's part of my own settings. */
export default function MyAgenda() {
  const canView = usePermission('agenda.view')
  return canView ? <Mine /> : null
}

function Mine() {
  const bookables = useBookables()
  const canEdit = usePermission('agenda.edit')
  return (
    <>
      <Feed />
      {canEdit && <TimeOffPart bookables={bookables} own />}
    </>
  )
}
