// Forgotten password: ask for the link, then set the new one.
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { api, signIn } from '@/session/api'
import { ApiError } from '@/session/errors'
import { TextField } from '@/ui/field'
import type { SignedIn } from '@/wire/records'
import { AuthForm, looksLikeEmail, NewPasswordField, useSubmit } from './form'
import { AuthFrame } from './frame'
import { tokenFromFragment } from './next'
import { strengthOf } from './strength'
import { useAuthTexts } from './texts'

function BackToSignIn() {
  const t = useAuthTexts()
  return (
    <Link className="auth-link" to="/sign-in" search={{}}>
      {t('backToSignIn')}
    </Link>
  )
}

export function ForgotScreen() {
  const t = useAuthTexts()
  const [email, setEmail] = useState('')
  const [sent, setSent] = useState(false)
  const state = useSubmit(
    () => ({ email: looksLikeEmail(email) ? undefined : t('badEmail') }),
    async () => {
      await api.post('/auth/forgot-password', { email: email.trim() }, { anonymous: true })
      setSent(true)
    },
  )
  if (sent) {
    return (
      <AuthFrame
        title={t('sentTitle')}
        lead={t('sentBody', { email: email.trim() })}
        below={<BackToSignIn />}
      >
        {null}
      </AuthFrame>
    )
  }
  return (
    <AuthFrame title={t('forgotTitle')} lead={t('forgotLead')} below={<BackToSignIn />}>
      <AuthForm state={state} action={t('sendLink')}>
        <TextField
          label={t('email')}
          type="email"
          name="email"
          autoComplete="username"
          inputMode="email"
          value={email}
          onChange={setEmail}
          error={state.errors.email}
          autoFocus
        />
      </AuthForm>
    </AuthFrame>
  )
}

export function ResetScreen() {
  const t = useAuthTexts()
  const navigate = useNavigate()
  const [token] = useState(() => tokenFromFragment(window.location.hash))
  const [password, setPassword] = useState('')
  const [broken, setBroken] = useState(token === '')
  const state = useSubmit(
    () => ({ password: strengthOf(password) > 0 ? undefined : t('strength0') }),
    async () => {
      try {
        await signIn(
          await api.post<SignedIn>(
            '/auth/reset-password',
            { token, password },
            { anonymous: true },
          ),
        )
        await navigate({ to: '/' })
      } catch (error) {
        if (error instanceof ApiError && (error.code === 'token_expired' || error.code === 'gone'))
          setBroken(true)
        else throw error
      }
    },
  )
  if (broken) {
    return (
      <AuthFrame title={t('linkBroken')} lead={t('linkBrokenBody')} below={<BackToSignIn />}>
        <Link className="btn" to="/forgot-password">
          {t('requestNew')}
        </Link>
      </AuthFrame>
    )
  }
  return (
    <AuthFrame title={t('resetTitle')} lead={t('resetLead')} below={<BackToSignIn />}>
      <AuthForm state={state} action={t('savePassword')}>
        <NewPasswordField
          label={t('newPassword')}
          value={password}
          onChange={setPassword}
          error={state.errors.password}
          alsoOnForm={[]}
          autoFocus
        />
      </AuthForm>
    </AuthFrame>
  )
}
