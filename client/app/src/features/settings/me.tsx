// The own account: name, language, appearance, password.
import { useMutation } from '@tanstack/react-query'
import { LogOut } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { NewPasswordField } from '@/features/auth/form'
import { MIN_PASSWORD } from '@/features/auth/strength'
import { type Locale, useLocale } from '@/i18n'
import { useCommonTexts } from '@/i18n/common'
import { api } from '@/session/api'
import { fieldErrors, problemText } from '@/session/errors'
import { roleName } from '@/session/roles'
import { session, useSignedIn } from '@/session/session'
import { chooseLocale } from '@/shell/language'
import { askToLeave } from '@/shell/leave'
import { Part } from '@/shell/sections'
import { setTheme, type Theme, useTheme } from '@/shell/theme'
import { Avatar } from '@/ui/avatar'
import { Button } from '@/ui/button'
import { SelectField, TextField } from '@/ui/field'
import { PasswordField } from '@/ui/password-field'
import { toast } from '@/ui/toasts'
import type { User } from '@/wire/records'
import { useSettingsTexts } from './texts'

const MyAgenda = lazy(() => import('@/features/agenda/setup/feed'))

function Profile() {
  const t = useSettingsTexts()
  const c = useCommonTexts()
  const { user } = useSignedIn()
  const [name, setName] = useState(user.name)
  const save = useMutation({
    mutationFn: () => api.patch<User>('/me', { name: name.trim() }),
    onSuccess: (next) => {
      session.update({ user: next })
      toast(t('saved'), { key: 'settings' })
    },
    onError: (error) => toast(problemText(error)),
  })
  return (
    <Part title={t('profile')}>
      <form
        className="form-grid"
        onSubmit={(event) => {
          event.preventDefault()
          if (name.trim()) save.mutate()
        }}
      >
        <div className="wide row" style={{ gap: 14 }}>
          <Avatar person={user} size="x" />
          <div>
            <p className="text-[14px]">{user.email}</p>
            <p className="t3">{roleName(user.role)}</p>
          </div>
        </div>
        <TextField
          label={t('name')}
          value={name}
          onChange={setName}
          autoComplete="name"
          error={name.trim() ? fieldErrors(save.error).name : t('required')}
        />
        <div className="wide">
          <Button type="submit" isDisabled={name.trim() === user.name} isPending={save.isPending}>
            {c('save')}
          </Button>
        </div>
      </form>
    </Part>
  )
}

function Appearance() {
  const t = useSettingsTexts()
  const c = useCommonTexts()
  const theme = useTheme()
  const locale = useLocale()
  return (
    <Part title={t('appearance')} lead={t('appearanceLead')}>
      <div className="form-grid">
        <SelectField<Theme>
          label={c('theme')}
          options={[
            { id: 'system', label: c('themeSystem') },
            { id: 'light', label: c('themeLight') },
            { id: 'dark', label: c('themeDark') },
          ]}
          value={theme}
          onChange={setTheme}
        />
        <SelectField<Locale>
          label={c('language')}
          options={[
            { id: 'tr', label: 'Türkçe' },
            { id: 'en', label: 'English' },
          ]}
          value={locale}
          onChange={chooseLocale}
        />
      </div>
    </Part>
  )
}

function Password() {
  const t = useSettingsTexts()
  const { user } = useSignedIn()
  const [current, setCurrent] = useState('')
  const [password, setPassword] = useState('')
  const [tried, setTried] = useState(false)
  const change = useMutation({
    mutationFn: () => api.post('/me/password', { current, password }),
    onSuccess: () => {
      setCurrent('')
      setPassword('')
      setTried(false)
      toast(t('passwordChanged'))
    },
  })
  const errors = fieldErrors(change.error)
  const short = tried && password.length < MIN_PASSWORD ? t('tooShort') : undefined
  return (
    <Part title={t('password')} lead={t('passwordLead')}>
      <form
        className="form-grid"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          setTried(true)
          if (current && password.length >= MIN_PASSWORD) change.mutate()
        }}
      >
        {/* Password managers want to know whose password this is. */}
        <input type="hidden" name="username" autoComplete="username" value={user.email} />
        <PasswordField
          label={t('currentPassword')}
          value={current}
          onChange={setCurrent}
          error={tried && !current ? t('required') : errors.current}
          autoComplete="current-password"
          showLabel={t('showPassword')}
          hideLabel={t('hidePassword')}
        />
        <NewPasswordField
          label={t('newPassword')}
          value={password}
          onChange={setPassword}
          error={short ?? errors.password}
          alsoOnForm={[user.name, user.email]}
        />
        <div className="wide row">
          <Button type="submit" isPending={change.isPending}>
            {t('changePassword')}
          </Button>
          {change.error && Object.keys(errors).length === 0 && (
            <span className="ferr" role="alert">
              {problemText(change.error)}
            </span>
          )}
        </div>
      </form>
    </Part>
  )
}

export function MeSection() {
  const t = useSettingsTexts()
  return (
    <>
      <Profile />
      <Appearance />
      <Suspense>
        <MyAgenda />
      </Suspense>
      <Password />
      <Part title={t('signOut')} lead={t('signOutLead')}>
        <Button icon={LogOut} onPress={askToLeave}>
          {t('signOut')}
        </Button>
      </Part>
    </>
  )
}
