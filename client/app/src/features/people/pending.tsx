// Invitations that nobody has accepted yet.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { dateTime } from '@/i18n/format'
import { api } from '@/session/api'
import { problemText } from '@/session/errors'
import { roleName } from '@/session/roles'
import { Part } from '@/shell/sections'
import { Avatar } from '@/ui/avatar'
import { Button } from '@/ui/button'
import { toast } from '@/ui/toasts'
import type { Role } from '@/wire/records'
import { useInvitations } from './queries'
import { usePeopleTexts } from './texts'

export function PendingInvitations({ roles }: { roles: readonly Role[] }) {
  const t = usePeopleTexts()
  const invitations = useInvitations()
  const queries = useQueryClient()
  const revoke = useMutation({
    mutationFn: ({ id }: { id: string; name: string }) => api.delete(`/users/invitations/${id}`),
    onSuccess: (_, { name }) => {
      toast(t('revoked', { name }))
      return queries.invalidateQueries({ queryKey: ['invitations'] })
    },
    onError: (error) => toast(problemText(error)),
  })
  if (!invitations.data?.length) return null
  return (
    <Part title={t('pending')} lead={t('pendingLead')}>
      <ul className="lines">
        {invitations.data.map((each) => (
          <li key={each.id}>
            <Avatar person={each} size="m" />
            <div className="names">
              <b>{each.name}</b>
              <span className="sm t3">
                {each.email} · {roleName(each.role, roles)}
              </span>
            </div>
            <span className="sm t3">
              {t('expires', { date: dateTime(new Date(each.expires_at)) })}
            </span>
            <Button small tone="danger" onPress={() => revoke.mutate(each)}>
              {t('revoke')}
            </Button>
          </li>
        ))}
      </ul>
    </Part>
  )
}
