// The tenant's own fields of a customer.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Pencil, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useCreateCommand } from '@/commands'
import { fold } from '@/i18n/fold'
import { api } from '@/session/api'
import { fieldErrors, problemText } from '@/session/errors'
import { hasFailed } from '@/session/reads'
import { Part } from '@/shell/sections'
import { Button, IconButton } from '@/ui/button'
import { ConfirmDialog, Dialog, FormButtons } from '@/ui/dialog'
import { SelectField, TextField } from '@/ui/field'
import { EmptyState, ErrorState, Skeleton } from '@/ui/states'
import { toast } from '@/ui/toasts'
import type { CustomField, Page } from '@/wire/records'
import { useSettingsTexts } from './texts'

const kinds = ['text', 'number', 'date', 'choice', 'bool'] as const

const keyOf = (label: string): string =>
  fold(label)
    .split(/[^a-z0-9]+/)
    .filter(Boolean)
    .join('_')
    .slice(0, 40)

function FieldDialog({ field, onClose }: { field: CustomField | undefined; onClose: () => void }) {
  const t = useSettingsTexts()
  const queries = useQueryClient()
  const [label, setLabel] = useState(field?.label ?? '')
  const [key, setKey] = useState(field?.key)
  const [kind, setKind] = useState(field?.kind ?? 'text')
  const [options, setOptions] = useState((field?.options ?? []).join('\n'))
  const [tried, setTried] = useState(false)
  const lines = options
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
  const save = useMutation({
    mutationFn: () => {
      const body = { label: label.trim(), kind, options: kind === 'choice' ? lines : [] }
      return field
        ? api.patch<CustomField>(`/custom-fields/${field.id}`, body)
        : api.post<CustomField>('/custom-fields', { ...body, key: key ?? keyOf(label) })
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['custom-fields'] })
      toast(t('saved'), { key: 'settings' })
      onClose()
    },
  })
  const errors = fieldErrors(save.error)
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={field ? t('editField', { label: field.label }) : t('addField')}
      onSubmit={() => {
        setTried(true)
        if (label.trim() && (kind !== 'choice' || lines.length > 0)) save.mutate()
      }}
      footer={<FormButtons onCancel={onClose} isPending={save.isPending} />}
    >
      <TextField
        label={t('fieldLabel')}
        value={label}
        onChange={setLabel}
        error={tried && !label.trim() ? t('required') : errors.label}
        autoFocus
      />
      <TextField
        label={t('fieldKey')}
        hint={t('fieldKeyHint')}
        value={key ?? keyOf(label)}
        onChange={setKey}
        isDisabled={field !== undefined}
        error={errors.key}
      />
      <SelectField
        label={t('fieldKind')}
        options={kinds.map((id) => ({ id, label: t(`kind.${id}`) }))}
        value={kind}
        onChange={setKind}
        isDisabled={field !== undefined}
      />
      {kind === 'choice' && (
        <TextField
          label={t('fieldOptions')}
          hint={t('fieldOptionsHint')}
          rows={4}
          value={options}
          onChange={setOptions}
          error={tried && lines.length === 0 ? t('required') : errors.options}
        />
      )}
      {save.error && Object.keys(errors).length === 0 && (
        <p className="ferr" role="alert">
          {problemText(save.error)}
        </p>
      )}
    </Dialog>
  )
}

export function FieldsSection() {
  const t = useSettingsTexts()
  const queries = useQueryClient()
  const fields = useQuery({
    queryKey: ['custom-fields'],
    queryFn: async () => (await api.get<Page<CustomField>>('/custom-fields')).items,
  })
  const [editing, setEditing] = useState<CustomField | 'new'>()
  useCreateCommand(t('fields'), 'settings.field', t('addField'), () => setEditing('new'))
  const [removing, setRemoving] = useState<CustomField>()
  const remove = useMutation({
    mutationFn: (field: CustomField) => api.delete(`/custom-fields/${field.id}`),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['custom-fields'] }),
    onError: (error) => toast(problemText(error)),
  })
  if (hasFailed(fields))
    return <ErrorState error={fields.error} onRetry={() => void fields.refetch()} />
  const sorted = [...(fields.data ?? [])].sort((a, b) => a.position - b.position)
  const add = (
    <Button tone={sorted.length > 0 ? 'plain' : 'primary'} onPress={() => setEditing('new')}>
      {t('addField')}
    </Button>
  )
  return (
    <Part title={t('fields')} lead={t('fieldsLead')} action={sorted.length > 0 && add}>
      {fields.isPending && <Skeleton height={48} />}
      {fields.isSuccess && sorted.length === 0 && (
        <EmptyState title={t('noFields')} action={add}>
          {t('noFieldsBody')}
        </EmptyState>
      )}
      {sorted.length > 0 && (
        <ul className="lines">
          {sorted.map((field) => (
            <li key={field.id}>
              <div className="names">
                <b>{field.label}</b>
                <span className="sm t3">
                  {[field.key, t(`kind.${field.kind}`), field.options.join(', ')]
                    .filter(Boolean)
                    .join(' · ')}
                </span>
              </div>
              <IconButton
                icon={Pencil}
                label={t('editField', { label: field.label })}
                onPress={() => setEditing(field)}
              />
              <IconButton
                icon={Trash2}
                label={t('removeField', { label: field.label })}
                onPress={() => setRemoving(field)}
              />
            </li>
          ))}
        </ul>
      )}
      {editing && (
        <FieldDialog
          field={editing === 'new' ? undefined : editing}
          onClose={() => setEditing(undefined)}
        />
      )}
      {removing && (
        <ConfirmDialog
          isOpen
          title={t('removeField', { label: removing.label })}
          action={t('removeField', { label: removing.label })}
          onClose={() => setRemoving(undefined)}
          onConfirm={() => remove.mutate(removing)}
        >
          <p>{t('removeFieldBody')}</p>
        </ConfirmDialog>
      )}
    </Part>
  )
}
