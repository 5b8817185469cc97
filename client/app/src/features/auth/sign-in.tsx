import { Link, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { api, signIn } from '@/session/api'
import { useSession } from '@/session/session'
import { TextField } from '@/ui/field'
import { PasswordField } from '@/ui/password-field'
import type { SignedIn } from '@/wire/records'
import { AuthForm, looksLikeEmail, useSubmit } from './form'
import { AuthFrame } from './frame'
import type { SignInSearch } from './next'
import { useAuthTexts } from './texts'

export function SignInScreen() {
  const t = useAuthTexts()
  const current = useSession()
  const { next } = useSearch({ strict: false }) as SignInSearch
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [tenant, setTenant] = useState('')
  const [withTenant, setWithTenant] = useState(false)

  // The guard of this route goes on to `next` as soon as the session is there.
  const state = useSubmit(
    () => ({
      email: email.trim() ? (looksLikeEmail(email) ? undefined : t('badEmail')) : t('required'),
      password: password ? undefined : t('required'),
    }),
    async () =>
      signIn(
        await api.post<SignedIn>(
          '/auth/login',
          { email: email.trim(), password, ...(tenant.trim() ? { tenant: tenant.trim() } : {}) },
          { anonymous: true },
        ),
      ),
  )

  return (
    <AuthFrame
      title={t('signInTitle')}
      lead={t('signInLead')}
      notice={current.status === 'out' && current.reason && t(current.reason)}
      below={
        <>
          {t('noAccount')}
          <Link className="auth-link" to="/sign-up" search={next ? { next } : {}}>
            {t('createTenant')}
          </Link>
        </>
      }
    >
      <AuthForm state={state} action={t('signIn')}>
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
        <PasswordField
          label={t('password')}
          value={password}
          onChange={setPassword}
          error={state.errors.password}
          autoComplete="current-password"
          showLabel={t('showPassword')}
          hideLabel={t('hidePassword')}
        />
        {withTenant && (
          <TextField
            label={t('tenantSlug')}
            hint={t('tenantSlugHint')}
            name="tenant"
            value={tenant}
            onChange={setTenant}
            error={state.errors.tenant}
            autoFocus
          />
        )}
        <div className="flex flex-wrap justify-between gap-x-4 gap-y-2">
          <Link className="auth-link" to="/forgot-password">
            {t('forgot')}
          </Link>
          {!withTenant && (
            <button type="button" className="auth-link" onClick={() => setWithTenant(true)}>
              {t('otherTenant')}
            </button>
          )}
        </div>
      </AuthForm>
    </AuthFrame>
  )
}
