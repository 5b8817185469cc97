// A new connection, one credential renewed, another name. What is typed as a credential is kept
// nowhere but in the form.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { RefreshCw } from 'lucide-react'
import { useState } from 'react'
import { useCommonTexts } from '@/i18n/common'
import { refusal } from '@/live/refusal'
import { api } from '@/session/api'
import { errorText, problemText } from '@/session/errors'
import { Button } from '@/ui/button'
import { Dialog, FormButtons } from '@/ui/dialog'
import { TextField } from '@/ui/field'
import { PasswordField } from '@/ui/password-field'
import { toast } from '@/ui/toasts'
import type { Connection, Credential } from '@/wire/channels'
import { freshToken, idempotent, isCredential } from './credentials'
import { connectionNow, readAgain } from './queries'
import { useChannelTexts } from './texts'
import type { Shown } from './token-dialog'

const NAME_MOST = 200

function CredentialField({
  credential,
  value,
  onChange,
  error,
  isOptional,
  autoFocus,
}: {
  credential: Credential
  value: string
  onChange: (value: string) => void
  error: string | undefined
  isOptional?: boolean
  autoFocus?: boolean
}) {
  const t = useChannelTexts()
  const name = t(`cred.${credential}`)
  const label = isOptional ? t('optional', { label: name }) : name
  const hint = t(`hint.${credential}`)
  if (credential === 'verify_token')
    return (
      <div className="token-field">
        <TextField
          label={label}
          value={value}
          onChange={onChange}
          error={error}
          hint={hint}
          autoComplete="off"
          autoFocus={autoFocus ?? false}
        />
        <Button small tone="quiet" icon={RefreshCw} onPress={() => onChange(freshToken())}>
          {t('newToken')}
        </Button>
      </div>
    )
  return (
    <PasswordField
      label={label}
      value={value}
      onChange={onChange}
      error={error}
      // No browser fills in the reader's own password.
      autoComplete="new-password"
      showLabel={`${t('show')}: ${name}`}
      hideLabel={`${t('hide')}: ${name}`}
      autoFocus={autoFocus ?? false}
      below={!error && <span className="hint">{hint}</span>}
    />
  )
}

function Whole({ text }: { text: string | undefined }) {
  return text ? (
    <p className="ferr" role="alert">
      {text}
    </p>
  ) : null
}

export function ConnectionDialog({
  onClose,
  onMade,
}: {
  onClose: () => void
  onMade: (shown: Shown) => void
}) {
  const t = useChannelTexts()
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const [secret, setSecret] = useState('')
  const [token, setToken] = useState(freshToken)
  const [access, setAccess] = useState('')
  const [tried, setTried] = useState(false)
  const [keyOf] = useState(idempotent)
  const body = {
    name: name.trim(),
    app_secret: secret.trim(),
    verify_token: token.trim(),
    ...(access.trim() ? { access_token: access.trim() } : {}),
  }
  const create = useMutation({
    mutationFn: (said: typeof body) =>
      api.post<Connection>('/connections', said, { idempotencyKey: keyOf(said) }),
    onSuccess: async (connection, said) => {
      await readAgain(queries)
      onMade({ connection, token: said.verify_token, isNew: true })
      onClose()
    },
  })
  const refused = create.error ? refusal(create.error) : undefined
  const wrong = (text: string) => (isCredential(text) ? undefined : t('badCredential'))
  const missing = {
    name: !body.name
      ? errorText('required')
      : [...body.name].length > NAME_MOST
        ? t('nameTooLong')
        : undefined,
    app_secret: body.app_secret ? wrong(body.app_secret) : errorText('required'),
    verify_token: body.verify_token ? wrong(body.verify_token) : errorText('required'),
    access_token: body.access_token ? wrong(body.access_token) : undefined,
  }
  const said = (field: keyof typeof missing) =>
    (tried && missing[field]) ||
    (field === 'name' || !refused?.fields[field] ? refused?.fields[field] : t('badCredential'))
  const change = (set: (value: string) => void) => (value: string) => {
    set(value)
    if (create.error) create.reset()
  }
  return (
    <Dialog
      isOpen
      onClose={onClose}
      keepOpen={Boolean(name || secret || access)}
      title={t('addConnection')}
      onSubmit={() => {
        setTried(true)
        if (Object.values(missing).every((each) => !each) && !create.isPending) create.mutate(body)
      }}
      footer={<FormButtons onCancel={onClose} action={t('connect')} isPending={create.isPending} />}
    >
      <TextField
        label={t('connectionName')}
        hint={t('connectionNameHint')}
        value={name}
        onChange={change(setName)}
        error={said('name')}
        autoComplete="off"
        autoFocus
      />
      <CredentialField
        credential="app_secret"
        value={secret}
        onChange={change(setSecret)}
        error={said('app_secret')}
      />
      <CredentialField
        credential="verify_token"
        value={token}
        onChange={change(setToken)}
        error={said('verify_token')}
      />
      <CredentialField
        credential="access_token"
        isOptional
        value={access}
        onChange={change(setAccess)}
        error={said('access_token')}
      />
      <Whole text={refused?.whole} />
    </Dialog>
  )
}

export function CredentialDialog({
  connection,
  credential,
  onClose,
  onToken,
}: {
  connection: Connection
  credential: Credential
  onClose: () => void
  /** A new verify token is shown, this once. */
  onToken: (shown: Shown) => void
}) {
  const t = useChannelTexts()
  const c = useCommonTexts()
  const queries = useQueryClient()
  const isToken = credential === 'verify_token'
  const [value, setValue] = useState(() => (isToken ? freshToken() : ''))
  const [tried, setTried] = useState(false)
  const what = t(`cred.${credential}`)
  const isAdding = credential === 'access_token' && !connection.has_access_token
  const given = value.trim()
  const renew = useMutation({
    mutationFn: () =>
      api.patch<Connection>(`/connections/${connection.id}`, { [credential]: given }),
    onSuccess: async (changed) => {
      await readAgain(queries)
      if (isToken) onToken({ connection: changed, token: given, isNew: false })
      else toast(t('renewed', { what }), { key: 'connection' })
      onClose()
    },
  })
  const refused = renew.error ? refusal(renew.error) : undefined
  const isWrong = (tried && !isCredential(given)) || refused?.fields[credential] !== undefined
  return (
    <Dialog
      isOpen
      onClose={onClose}
      keepOpen={!isToken && value !== ''}
      title={t(isAdding ? 'addOf' : 'renewOf', { what })}
      onSubmit={() => {
        setTried(true)
        if (isCredential(given) && !renew.isPending) renew.mutate()
      }}
      footer={<FormButtons onCancel={onClose} action={c('save')} isPending={renew.isPending} />}
    >
      {!isAdding && <p className="t2">{t(`renew.${credential}`)}</p>}
      <CredentialField
        credential={credential}
        value={value}
        onChange={(next) => {
          setValue(next)
          if (renew.error) renew.reset()
        }}
        error={isWrong ? (given ? t('badCredential') : errorText('required')) : undefined}
        autoFocus
      />
      <Whole text={refused?.whole} />
    </Dialog>
  )
}

export function RenameDialog({
  connection,
  onClose,
}: {
  connection: Connection
  onClose: () => void
}) {
  const t = useChannelTexts()
  const c = useCommonTexts()
  const queries = useQueryClient()
  const [name, setName] = useState(connection.name)
  const [tried, setTried] = useState(false)
  const call = (to: string) => api.patch(`/connections/${connection.id}`, { name: to })
  const rename = useMutation({
    mutationFn: () => call(name.trim()),
    onSuccess: async () => {
      await readAgain(queries)
      toast(t('renamed', { name: name.trim() }), {
        key: 'connection',
        action: {
          label: c('undo'),
          run: () => {
            // Renamed by somebody else since: that stays.
            if (connectionNow(queries, connection.id)?.name !== name.trim())
              return toast(errorText('version_conflict'))
            call(connection.name)
              .catch((error: unknown) => toast(problemText(error)))
              .finally(() => void readAgain(queries))
          },
        },
      })
      onClose()
    },
  })
  const refused = rename.error ? refusal(rename.error) : undefined
  const isMissing = name.trim() === ''
  return (
    <Dialog
      isOpen
      onClose={onClose}
      keepOpen={name !== connection.name}
      title={t('rename')}
      onSubmit={() => {
        setTried(true)
        if (isMissing || rename.isPending) return
        if (name.trim() === connection.name) onClose()
        else rename.mutate()
      }}
      footer={<FormButtons onCancel={onClose} isPending={rename.isPending} />}
    >
      <TextField
        label={t('connectionName')}
        value={name}
        onChange={setName}
        error={tried && isMissing ? errorText('required') : refused?.fields.name}
        maxLength={NAME_MOST}
        autoComplete="off"
        autoFocus
      />
      <Whole text={refused?.whole} />
    </Dialog>
  )
}
