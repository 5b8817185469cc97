// Inviting a colleague: one form, then the link, which also went out by e-mail.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '@/session/api'
import { fieldErrors, problemText } from '@/session/errors'
import { roleName } from '@/session/roles'
import { useSignedIn } from '@/session/session'
import { Button } from '@/ui/button'
import { Dialog, FormButtons } from '@/ui/dialog'
import { SelectField, TextField } from '@/ui/field'
import { Secret } from '@/ui/secret'
import type { Role, Team } from '@/wire/records'
import { givable } from './permissions'
import { usePeopleTexts } from './texts'

const NO_TEAM = 'none'

export function InviteDialog({
  roles,
  teams,
  onClose,
}: {
  roles: readonly Role[]
  teams: readonly Team[]
  onClose: () => void
}) {
  const t = usePeopleTexts()
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const offered = givable(roles, useSignedIn())
  const [picked, setRole] = useState<string>()
  const role = picked ?? (offered.find(({ key }) => key === 'sales') ?? offered[0])?.key ?? null
  const [team, setTeam] = useState(NO_TEAM)
  const [missing, setMissing] = useState(false)
  const send = useMutation({
    mutationFn: () =>
      api.post<{ id: string; url: string }>('/users/invitations', {
        name: name.trim(),
        email: email.trim(),
        role,
        ...(team === NO_TEAM ? {} : { team_id: team }),
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['invitations'] }),
  })
  const errors = fieldErrors(send.error)
  const required = (value: string) => (missing && !value.trim() ? t('required') : undefined)

  if (send.data) {
    return (
      <Dialog
        isOpen
        onClose={onClose}
        title={t('inviteSent', { name: name.trim() })}
        footer={
          <Button tone="primary" onPress={onClose}>
            {t('done')}
          </Button>
        }
      >
        <p className="t2">{t('inviteSentBody')}</p>
        <Secret value={send.data.url} label={t('copyLink')} copied={t('copied')} />
      </Dialog>
    )
  }
  return (
    <Dialog
      isOpen
      onClose={onClose}
      keepOpen={name !== '' || email !== ''}
      title={t('inviteTitle')}
      onSubmit={() => {
        setMissing(true)
        if (name.trim() && email.trim() && role) send.mutate()
      }}
      footer={<FormButtons onCancel={onClose} action={t('invite')} isPending={send.isPending} />}
    >
      <TextField
        label={t('name')}
        value={name}
        onChange={setName}
        error={required(name) ?? errors.name}
        autoFocus
      />
      <TextField
        label={t('email')}
        type="email"
        inputMode="email"
        value={email}
        onChange={setEmail}
        error={required(email) ?? errors.email}
      />
      <SelectField
        label={t('role')}
        options={offered.map((each) => ({ id: each.key, label: roleName(each.key, roles) }))}
        value={role}
        onChange={setRole}
      />
      {teams.length > 0 && (
        <SelectField
          label={t('team')}
          options={[
            { id: NO_TEAM, label: t('noTeam') },
            ...teams.map((x) => ({ id: x.id, label: x.name })),
          ]}
          value={team}
          onChange={setTeam}
        />
      )}
      {send.error && Object.keys(errors).length === 0 && (
        <p className="ferr" role="alert">
          {problemText(send.error)}
        </p>
      )}
    </Dialog>
  )
}
