// Accepting an invitation: the token stands in the fragment, the server says whose it is.
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useLocale } from '@/i18n'
import { api, signIn } from '@/session/api'
import { isAnswer } from '@/session/errors'
import { roleName } from '@/session/roles'
import { useSession } from '@/session/session'
import { TextField } from '@/ui/field'
import { ErrorState, Skeleton } from '@/ui/states'
import type { SignedIn } from '@/wire/records'
import { AuthForm, NewPasswordField, useSubmit } from './form'
import { AuthFrame } from './frame'
import { tokenFromFragment } from './next'
import { strengthOf } from './strength'
import { useAuthTexts } from './texts'

interface InvitationPreview {
  email: string
  name: string
  tenant_name: string
  role: string
}

export function InvitationScreen() {
  const t = useAuthTexts()
  useLocale()
  const navigate = useNavigate()
  const current = useSession()
  const [token] = useState(() => tokenFromFragment(window.location.hash))
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const preview = useQuery({
    queryKey: ['invitation', token],
    queryFn: () => api.post<InvitationPreview>('/auth/invitation', { token }, { anonymous: true }),
    enabled: token !== '',
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const invitation = preview.data
  useEffect(() => {
    if (invitation) setName((typed) => typed || invitation.name)
  }, [invitation])

  const state = useSubmit(
    () => ({
      name: name.trim() ? undefined : t('required'),
      password: strengthOf(password) > 0 ? undefined : t('strength0'),
    }),
    async () => {
      await signIn(
        await api.post<SignedIn>(
          '/auth/accept-invitation',
          { token, name: name.trim(), password },
          { anonymous: true },
        ),
      )
      await navigate({ to: '/' })
    },
  )

  if (token === '' || isAnswer(preview.error)) {
    return (
      <AuthFrame
        title={t('linkBroken')}
        lead={t('inviteBrokenBody')}
        below={
          <Link className="auth-link" to="/sign-in" search={{}}>
            {t('backToSignIn')}
          </Link>
        }
      >
        {null}
      </AuthFrame>
    )
  }
  if (preview.isError) {
    return (
      <AuthFrame title={t('checking')}>
        <ErrorState error={preview.error} onRetry={() => void preview.refetch()} />
      </AuthFrame>
    )
  }
  if (!invitation) {
    return (
      <AuthFrame title={t('checking')}>
        <Skeleton height={40} />
        <Skeleton height={40} />
      </AuthFrame>
    )
  }
  return (
    <AuthFrame
      title={t('inviteTitle', { tenant: invitation.tenant_name })}
      lead={t('inviteLead', { role: roleName(invitation.role), email: invitation.email })}
      notice={current.status === 'in' && t('alreadyIn', { name: current.user.name })}
    >
      <AuthForm state={state} action={t('join')}>
        <TextField
          label={t('yourName')}
          name="name"
          autoComplete="name"
          value={name}
          onChange={setName}
          error={state.errors.name}
          maxLength={120}
        />
        <NewPasswordField
          label={t('password')}
          value={password}
          onChange={setPassword}
          error={state.errors.password}
          alsoOnForm={[name, invitation.email, invitation.tenant_name]}
          autoFocus
        />
      </AuthForm>
    </AuthFrame>
  )
}
