import { Link, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { currentLocale } from '@/i18n'
import { api, signIn } from '@/session/api'
import { TextField } from '@/ui/field'
import type { SignedIn } from '@/wire/records'
import { AuthForm, looksLikeEmail, NewPasswordField, useSubmit } from './form'
import { AuthFrame } from './frame'
import type { SignInSearch } from './next'
import { isSlug, suggestSlug } from './slug'
import { strengthOf } from './strength'
import { useAuthTexts } from './texts'

export function SignUpScreen() {
  const t = useAuthTexts()
  const { next } = useSearch({ strict: false }) as SignInSearch
  const [tenantName, setTenantName] = useState('')
  const [ownSlug, setOwnSlug] = useState<string>()
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const slug = ownSlug ?? suggestSlug(tenantName)

  const state = useSubmit(
    () => ({
      tenant_name: tenantName.trim() ? undefined : t('required'),
      slug: isSlug(slug) ? undefined : t('badSlug'),
      name: name.trim() ? undefined : t('required'),
      email: email.trim() ? (looksLikeEmail(email) ? undefined : t('badEmail')) : t('required'),
      password: strengthOf(password) > 0 ? undefined : t('strength0'),
    }),
    async () =>
      signIn(
        await api.post<SignedIn>(
          '/auth/register',
          {
            tenant_name: tenantName.trim(),
            slug,
            name: name.trim(),
            email: email.trim(),
            password,
            locale: currentLocale(),
          },
          { anonymous: true },
        ),
      ),
  )

  return (
    <AuthFrame
      title={t('signUpTitle')}
      lead={t('signUpLead')}
      below={
        <>
          {t('haveAccount')}
          <Link className="auth-link" to="/sign-in" search={next ? { next } : {}}>
            {t('signIn')}
          </Link>
        </>
      }
    >
      <AuthForm state={state} action={t('create')}>
        <TextField
          label={t('tenantName')}
          name="organization"
          autoComplete="organization"
          value={tenantName}
          onChange={setTenantName}
          error={state.errors.tenant_name}
          maxLength={120}
          autoFocus
        />
        <TextField
          label={t('slug')}
          hint={t('slugHint')}
          name="slug"
          value={slug}
          onChange={setOwnSlug}
          error={state.errors.slug}
          maxLength={63}
        />
        <TextField
          label={t('yourName')}
          name="name"
          autoComplete="name"
          value={name}
          onChange={setName}
          error={state.errors.name}
          maxLength={120}
        />
        <TextField
          label={t('email')}
          type="email"
          name="email"
          autoComplete="username"
          inputMode="email"
          value={email}
          onChange={setEmail}
          error={state.errors.email}
        />
        <NewPasswordField
          label={t('password')}
          value={password}
          onChange={setPassword}
          error={state.errors.password}
          alsoOnForm={[tenantName, name, email]}
        />
      </AuthForm>
    </AuthFrame>
  )
}
