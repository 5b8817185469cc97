// Who belongs to a team: one list of everybody, those of the team ticked. A person is in one team.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { compareNames, fold } from '@/i18n/fold'
import { api } from '@/session/api'
import { Avatar } from '@/ui/avatar'
import { Dialog, FormButtons } from '@/ui/dialog'
import { Checkbox } from '@/ui/field'
import { SearchField } from '@/ui/search-field'
import { toast } from '@/ui/toasts'
import type { Team, User } from '@/wire/records'
import { whyNot } from './changes'
import { usePeopleTexts } from './texts'

export function MembersDialog({
  team,
  teams,
  users,
  onClose,
}: {
  team: Team
  teams: readonly Team[]
  users: readonly User[]
  onClose: () => void
}) {
  const t = usePeopleTexts()
  const queries = useQueryClient()
  const [typed, setTyped] = useState('')
  const [picked, setPicked] = useState<ReadonlyMap<string, boolean>>(new Map())
  const isIn = (user: User) => picked.get(user.id) ?? user.team_id === team.id
  const changed = users.filter(
    (user) => picked.has(user.id) && picked.get(user.id) !== (user.team_id === team.id),
  )
  const save = useMutation({
    // One after the other: each is a change of its own, and a refusal says how far it came.
    mutationFn: async () => {
      for (const user of changed)
        await api.patch(`/users/${user.id}`, { team_id: isIn(user) ? team.id : null })
    },
    onSuccess: () => {
      toast(t('membersSaved', { name: team.name }))
      onClose()
    },
    onError: (error) => toast(whyNot(error)),
    onSettled: () => queries.invalidateQueries({ queryKey: ['users'] }),
  })
  const query = fold(typed)
  const found = users
    .filter((user) => user.active && fold(user.name).includes(query))
    .sort((a, b) => compareNames(a.name, b.name))
  return (
    <Dialog
      isOpen
      title={t('membersOf', { name: team.name })}
      onClose={onClose}
      keepOpen={changed.length > 0}
      onSubmit={() => (changed.length > 0 ? save.mutate() : onClose())}
      footer={<FormButtons onCancel={onClose} isPending={save.isPending} />}
    >
      <SearchField label={t('findPerson')} value={typed} onChange={setTyped} autoFocus />
      <ul className="member-list scroll" tabIndex={0} aria-label={t('memberList')}>
        {found.map((user) => {
          const other = teams.find((each) => each.id === user.team_id && each.id !== team.id)
          return (
            <li key={user.id}>
              <Checkbox
                label={user.name}
                hideLabel
                isSelected={isIn(user)}
                onChange={(on) => setPicked((now) => new Map(now).set(user.id, on))}
              />
              <Avatar person={user} />
              <span className="el sp" aria-hidden="true">
                {user.name}
              </span>
              {other && <span className="sm t3">{t('nowIn', { name: other.name })}</span>}
            </li>
          )
        })}
      </ul>
    </Dialog>
  )
}
