// A team's name and department; a department's name.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { api } from '@/session/api'
import { fieldErrors, problemText } from '@/session/errors'
import { Dialog, FormButtons } from '@/ui/dialog'
import { SelectField, TextField } from '@/ui/field'
import type { Department, Team } from '@/wire/records'
import { usePeopleTexts } from './texts'

const NONE = 'none'

function NameDialog({
  title,
  label,
  initial,
  save,
  onClose,
  children,
}: {
  title: string
  label: string
  initial: string
  save: (name: string) => Promise<unknown>
  onClose: () => void
  children?: ReactNode
}) {
  const t = usePeopleTexts()
  const queries = useQueryClient()
  const [name, setName] = useState(initial)
  const [missing, setMissing] = useState(false)
  const send = useMutation({
    mutationFn: () => save(name.trim()),
    onSuccess: async () => {
      onClose()
      await queries.invalidateQueries({ queryKey: ['teams'] })
      await queries.invalidateQueries({ queryKey: ['departments'] })
    },
  })
  const errors = fieldErrors(send.error)
  return (
    <Dialog
      isOpen
      title={title}
      onClose={onClose}
      keepOpen={name !== initial}
      onSubmit={() => (name.trim() ? send.mutate() : setMissing(true))}
      footer={<FormButtons onCancel={onClose} isPending={send.isPending} />}
    >
      <TextField
        label={label}
        value={name}
        onChange={setName}
        error={missing && !name.trim() ? t('required') : errors.name}
        maxLength={120}
        autoFocus
      />
      {children}
      {send.error && !errors.name && (
        <p className="ferr" role="alert">
          {problemText(send.error)}
        </p>
      )}
    </Dialog>
  )
}

export function TeamDialog({
  team,
  department,
  departments,
  onClose,
}: {
  team: Team | undefined
  department: string | null
  departments: readonly Department[]
  onClose: () => void
}) {
  const t = usePeopleTexts()
  const [at, setAt] = useState(department ?? NONE)
  const department_id = at === NONE ? null : at
  return (
    <NameDialog
      title={team ? t('editTeam') : t('addTeam')}
      label={t('newTeam')}
      initial={team?.name ?? ''}
      onClose={onClose}
      save={(name) =>
        team
          ? api.patch(`/teams/${team.id}`, { name, department_id })
          : api.post('/teams', { name, ...(department_id ? { department_id } : {}) })
      }
    >
      {departments.length > 0 && (
        <SelectField
          label={t('department')}
          options={[
            { id: NONE, label: t('noDepartment') },
            ...departments.map((each) => ({ id: each.id, label: each.name })),
          ]}
          value={at}
          onChange={setAt}
        />
      )}
    </NameDialog>
  )
}

export function DepartmentDialog({
  department,
  onClose,
}: {
  department: Department | undefined
  onClose: () => void
}) {
  const t = usePeopleTexts()
  return (
    <NameDialog
      title={department ? t('renameDepartment') : t('addDepartment')}
      label={t('newDepartment')}
      initial={department?.name ?? ''}
      onClose={onClose}
      save={(name) =>
        department
          ? api.patch(`/departments/${department.id}`, { name })
          : api.post('/departments', { name })
      }
    />
  )
}
