// Deleting a role of the house's own. Whoever has it, or is invited to it, goes to another one first:
// the server removes only what nobody has.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '@/session/api'
import { roleName } from '@/session/roles'
import { usePermission } from '@/session/session'
import { Dialog, FormButtons } from '@/ui/dialog'
import { SelectField } from '@/ui/field'
import { toast } from '@/ui/toasts'
import type { Role, User } from '@/wire/records'
import { whyNot } from './changes'
import { useInvitations } from './queries'
import { usePeopleTexts } from './texts'

export function RemoveRole({
  role,
  roles,
  people,
  onClose,
  onRemoved,
}: {
  role: Role
  roles: readonly Role[]
  people: readonly User[]
  onClose: () => void
  onRemoved: () => void
}) {
  const t = usePeopleTexts()
  const queries = useQueryClient()
  const canMove = usePermission('users.manage')
  const others = roles.filter((each) => each.key !== role.key)
  const [next, setNext] = useState(others.find((each) => each.key === 'sales')?.key ?? null)
  const invited = (useInvitations(canMove).data ?? []).filter((each) => each.role === role.key)
  const inUse = people.length + invited.length > 0
  const remove = useMutation({
    mutationFn: async () => {
      for (const user of people) await api.patch(`/users/${user.id}`, { role: next })
      for (const each of invited) await api.delete(`/users/invitations/${each.id}`)
      await api.delete(`/roles/${role.key}`)
    },
    onSuccess: () => {
      toast(t('roleRemoved', { name: role.name }))
      onClose()
      onRemoved()
    },
    onError: (error) => toast(whyNot(error)),
    onSettled: () =>
      Promise.all(
        ['roles', 'users', 'invitations'].map((key) =>
          queries.invalidateQueries({ queryKey: [key] }),
        ),
      ),
  })
  return (
    <Dialog
      isOpen
      title={t('removeRoleTitle', { name: role.name })}
      onClose={onClose}
      footer={
        <FormButtons
          onCancel={onClose}
          action={t('removeRole')}
          tone="danger-filled"
          isPending={remove.isPending}
          isDisabled={inUse && (!canMove || next === null)}
          onPress={() => remove.mutate()}
        />
      }
    >
      {!inUse ? (
        <p className="t2">{t('removeRoleFree')}</p>
      ) : !canMove ? (
        <p className="t2">{t('removeRoleNeeds')}</p>
      ) : (
        <>
          {people.length > 0 && (
            <>
              <p className="t2">
                {t('removeRoleMoves', { count: people.length })}{' '}
                {people.map((user) => user.name).join(', ')}
              </p>
              <SelectField
                label={t('nextRole')}
                options={others.map((each) => ({ id: each.key, label: roleName(each.key, roles) }))}
                value={next}
                onChange={setNext}
              />
            </>
          )}
          {invited.length > 0 && (
            <p className="t2">
              {t('removeRoleInvited', { count: invited.length })}{' '}
              {invited.map((each) => each.name).join(', ')}
            </p>
          )}
        </>
      )}
    </Dialog>
  )
}
