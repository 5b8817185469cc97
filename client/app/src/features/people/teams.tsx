import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Pencil, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useCreateCommand } from '@/commands'
import { useCommonTexts } from '@/i18n/common'
import { api } from '@/session/api'
import { problemText } from '@/session/errors'
import { usePermission } from '@/session/session'
import { Part } from '@/shell/sections'
import { AvatarStack } from '@/ui/avatar'
import { Button, IconButton } from '@/ui/button'
import { ConfirmDialog, Dialog } from '@/ui/dialog'
import { TextField } from '@/ui/field'
import { EmptyState } from '@/ui/states'
import { toast } from '@/ui/toasts'
import type { Team } from '@/wire/records'
import { useTeamList, useUserList } from './queries'
import { usePeopleTexts } from './texts'

function NameDialog({
  title,
  initial,
  onSave,
  onClose,
}: {
  title: string
  initial: string
  onSave: (name: string) => void
  onClose: () => void
}) {
  const t = usePeopleTexts()
  const c = useCommonTexts()
  const [name, setName] = useState(initial)
  const [missing, setMissing] = useState(false)
  return (
    <Dialog
      isOpen
      title={title}
      onClose={onClose}
      onSubmit={() => {
        if (!name.trim()) return setMissing(true)
        onSave(name.trim())
        onClose()
      }}
      footer={
        <>
          <Button tone="quiet" onPress={onClose}>
            {c('cancel')}
          </Button>
          <Button tone="primary" type="submit">
            {c('save')}
          </Button>
        </>
      }
    >
      <TextField
        label={t('newTeam')}
        value={name}
        onChange={setName}
        error={missing && !name.trim() ? t('required') : undefined}
        maxLength={120}
        autoFocus
      />
    </Dialog>
  )
}

export function TeamsSection() {
  const t = usePeopleTexts()
  const canManage = usePermission('users.manage')
  const teams = useTeamList().data ?? []
  const users = useUserList().data ?? []
  const queries = useQueryClient()
  const [naming, setNaming] = useState<Team | 'new'>()
  useCreateCommand(t('teams'), 'people.team', t('addTeam'), canManage && (() => setNaming('new')))
  const [removing, setRemoving] = useState<Team>()
  const change = useMutation({
    mutationFn: (run: () => Promise<unknown>) => run(),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['users'] })
      return queries.invalidateQueries({ queryKey: ['teams'] })
    },
    onError: (error) => toast(problemText(error)),
  })
  const add = canManage && (
    <Button tone={teams.length > 0 ? 'plain' : 'primary'} onPress={() => setNaming('new')}>
      {t('addTeam')}
    </Button>
  )
  return (
    <Part title={t('teams')} lead={t('teamsLead')} action={teams.length > 0 && add}>
      {teams.length === 0 ? (
        <EmptyState title={t('noTeams')} action={add}>
          {t('noTeamsBody')}
        </EmptyState>
      ) : (
        <ul className="lines">
          {teams.map((team) => {
            const members = users.filter((user) => user.team_id === team.id && user.active)
            return (
              <li key={team.id}>
                <div className="names">
                  <b>{team.name}</b>
                  <span className="sm t3">{t('members', { count: members.length })}</span>
                </div>
                <AvatarStack people={members} />
                {canManage && (
                  <>
                    <IconButton
                      icon={Pencil}
                      label={`${t('rename')}: ${team.name}`}
                      onPress={() => setNaming(team)}
                    />
                    <IconButton
                      icon={Trash2}
                      label={`${t('removeTeam')}: ${team.name}`}
                      onPress={() => setRemoving(team)}
                    />
                  </>
                )}
              </li>
            )
          })}
        </ul>
      )}
      {naming && (
        <NameDialog
          title={naming === 'new' ? t('addTeam') : t('rename')}
          initial={naming === 'new' ? '' : naming.name}
          onClose={() => setNaming(undefined)}
          onSave={(name) =>
            change.mutate(() =>
              naming === 'new'
                ? api.post('/teams', { name })
                : api.patch(`/teams/${naming.id}`, { name }),
            )
          }
        />
      )}
      {removing && (
        <ConfirmDialog
          isOpen
          title={t('removeTeamTitle', { name: removing.name })}
          action={t('removeTeam')}
          onClose={() => setRemoving(undefined)}
          onConfirm={() => change.mutate(() => api.delete(`/teams/${removing.id}`))}
        >
          <p>{t('removeTeamBody')}</p>
        </ConfirmDialog>
      )}
    </Part>
  )
}
