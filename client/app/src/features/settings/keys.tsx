// Keys for forms and other software; a secret is shown once.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useCreateCommand } from '@/commands'
import { since } from '@/i18n/since'
import { api } from '@/session/api'
import { fieldErrors, problemText } from '@/session/errors'
import { hasFailed } from '@/session/reads'
import { useSignedIn } from '@/session/session'
import { Part } from '@/shell/sections'
import { Button } from '@/ui/button'
import { Chip } from '@/ui/chip'
import { ConfirmDialog, Dialog, FormButtons } from '@/ui/dialog'
import { SelectField, TextField } from '@/ui/field'
import { Secret } from '@/ui/secret'
import { EmptyState, ErrorState, Skeleton } from '@/ui/states'
import { toast } from '@/ui/toasts'
import type { ApiKey, Page } from '@/wire/records'
import { useSettingsTexts } from './texts'

function KeyDialog({ onClose }: { onClose: () => void }) {
  const t = useSettingsTexts()
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const [kind, setKind] = useState<'form' | 'api'>('form')
  const [tried, setTried] = useState(false)
  const create = useMutation({
    mutationFn: () => api.post<ApiKey & { key: string }>('/api-keys', { name: name.trim(), kind }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['api-keys'] }),
  })
  if (create.data) {
    return (
      <Dialog
        isOpen
        keepOpen
        onClose={onClose}
        title={t('keyReady', { name: create.data.name })}
        footer={
          <Button tone="primary" onPress={onClose}>
            {t('done')}
          </Button>
        }
      >
        <p className="t2">{t('keyOnce')}</p>
        <Secret value={create.data.key} label={t('copy')} copied={t('copied')} />
      </Dialog>
    )
  }
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t('addKey')}
      onSubmit={() => {
        setTried(true)
        if (name.trim()) create.mutate()
      }}
      footer={<FormButtons onCancel={onClose} action={t('addKey')} isPending={create.isPending} />}
    >
      <TextField
        label={t('keyName')}
        hint={t('keyNameHint')}
        value={name}
        onChange={setName}
        error={tried && !name.trim() ? t('required') : fieldErrors(create.error).name}
        autoFocus
      />
      <SelectField
        label={t('keyKind')}
        options={[
          { id: 'form', label: t('key.form') },
          { id: 'api', label: t('key.api') },
        ]}
        value={kind}
        onChange={setKind}
      />
      {create.error && (
        <p className="ferr" role="alert">
          {problemText(create.error)}
        </p>
      )}
    </Dialog>
  )
}

export function KeysSection() {
  const t = useSettingsTexts()
  const { tenant } = useSignedIn()
  const queries = useQueryClient()
  const keys = useQuery({
    queryKey: ['api-keys'],
    queryFn: async () => (await api.get<Page<ApiKey>>('/api-keys')).items,
  })
  const [creating, setCreating] = useState(false)
  useCreateCommand(t('keys'), 'settings.key', t('addKey'), () => setCreating(true))
  const [revoking, setRevoking] = useState<ApiKey>()
  const revoke = useMutation({
    mutationFn: (key: ApiKey) => api.delete(`/api-keys/${key.id}`),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['api-keys'] }),
    onError: (error) => toast(problemText(error)),
  })
  if (hasFailed(keys)) return <ErrorState error={keys.error} onRetry={() => void keys.refetch()} />
  const all = keys.data ?? []
  const add = (
    <Button tone={all.length > 0 ? 'plain' : 'primary'} onPress={() => setCreating(true)}>
      {t('addKey')}
    </Button>
  )
  return (
    <>
      {tenant.form_key && (
        <Part title={t('formKey')} lead={t('formKeyLead')}>
          <Secret value={tenant.form_key} label={t('copy')} copied={t('copied')} />
        </Part>
      )}
      <Part title={t('apiKeys')} lead={t('keysLead')} action={all.length > 0 && add}>
        {keys.isPending && <Skeleton height={48} />}
        {keys.isSuccess && all.length === 0 && (
          <EmptyState title={t('noKeys')} action={add}>
            {t('noKeysBody')}
          </EmptyState>
        )}
        {all.length > 0 && (
          <ul className="lines">
            {all.map((key) => (
              <li key={key.id}>
                <div className="names">
                  <span>
                    <b>{key.name}</b> {key.revoked_at && <Chip>{t('revoked')}</Chip>}
                  </span>
                  <span className="sm t3">
                    {t(`key.${key.kind}`)} · <code>{key.prefix}…</code>
                  </span>
                </div>
                <span className="sm t3">
                  {key.last_used_at
                    ? t('keyUsed', { when: since(key.last_used_at) })
                    : t('keyUnused')}
                </span>
                {!key.revoked_at && (
                  <Button small tone="danger" onPress={() => setRevoking(key)}>
                    {t('revokeKey')}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
      </Part>
      {creating && <KeyDialog onClose={() => setCreating(false)} />}
      {revoking && (
        <ConfirmDialog
          isOpen
          title={t('revokeKeyTitle', { name: revoking.name })}
          action={t('revokeKey')}
          onClose={() => setRevoking(undefined)}
          onConfirm={() => revoke.mutate(revoking)}
        >
          <p>{t('revokeKeyBody')}</p>
        </ConfirmDialog>
      )}
    </>
  )
}
