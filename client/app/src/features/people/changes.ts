// Changes of a colleague and of a role: shown at once where they stand, taken back by the toast.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { common } from '@/i18n/common'
import { api } from '@/session/api'
import { ApiError, fieldErrors, problemText } from '@/session/errors'
import { toast } from '@/ui/toasts'
import type { Permission, Role, Scopes, User } from '@/wire/records'
import { peopleTexts } from './texts'

/** The words of a refusal; those of a field where there are any. */
export const whyNot = (error: unknown): string => {
  const [field] = Object.values(fieldErrors(error))
  return error instanceof ApiError && field ? field : problemText(error)
}

export interface UserChange {
  path: string
  body?: unknown
  done: string
  /** The change that takes it back. */
  back?: { body: unknown }
}

export function useUserChange() {
  const queries = useQueryClient()
  const change = useMutation({
    mutationFn: ({ path, body }: UserChange) =>
      body === undefined ? api.post<User>(path) : api.patch<User>(path, body),
    onSuccess: (user, { done, path, back }) => {
      queries.setQueryData<User[]>(['users'], (users) =>
        users?.map((each) => (each.id === user.id ? user : each)),
      )
      void queries.invalidateQueries({ queryKey: ['sight'] })
      toast(done, {
        key: 'user',
        ...(back
          ? {
              action: {
                label: common('undo'),
                run: () => change.mutate({ path, body: back.body, done: common('undone') }),
              },
            }
          : {}),
      })
    },
    onError: (error) => toast(whyNot(error)),
  })
  return change
}

export interface RoleChange {
  permissions?: Permission[]
  scopes?: Partial<Scopes>
  name?: string
}

const applied = (role: Role, { scopes, ...rest }: RoleChange): Role => {
  const next = { ...role, ...rest, scopes: { ...role.scopes, ...scopes } }
  return { ...next, visibility: next.scopes.customers }
}

const before = (role: Role, change: RoleChange): RoleChange => ({
  ...(change.permissions ? { permissions: role.permissions } : {}),
  ...(change.name ? { name: role.name } : {}),
  ...(change.scopes
    ? {
        scopes: Object.fromEntries(
          Object.keys(change.scopes).map((key) => [key, role.scopes[key as keyof Scopes]]),
        ),
      }
    : {}),
})

export function useRoleChange() {
  const queries = useQueryClient()
  const save = useMutation({
    mutationFn: ({ role, change }: { role: Role; change: RoleChange; quiet?: boolean }) =>
      api.patch<Role>(`/roles/${role.key}`, change),
    onMutate: ({ role, change }) => {
      const was = queries.getQueryData<Role[]>(['roles'])
      queries.setQueryData<Role[]>(['roles'], (all) =>
        all?.map((each) => (each.key === role.key ? applied(each, change) : each)),
      )
      return was
    },
    onSuccess: (saved, { role, change, quiet }) => {
      queries.setQueryData<Role[]>(['roles'], (all) =>
        all?.map((each) => (each.key === saved.key ? saved : each)),
      )
      if (quiet) {
        toast(common('undone'), { key: 'roles' })
        return
      }
      toast(peopleTexts('saved'), {
        key: 'roles',
        action: {
          label: common('undo'),
          run: () => save.mutate({ role: saved, change: before(role, change), quiet: true }),
        },
      })
    },
    onError: (error, _, was) => {
      queries.setQueryData(['roles'], was)
      toast(whyNot(error))
    },
  })
  return save
}
