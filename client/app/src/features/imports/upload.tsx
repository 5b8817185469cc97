// Where the file is dropped or chosen.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { CircleAlert, FileUp } from 'lucide-react'
import { Button as AriaButton, DropZone, FileTrigger, isFileDropItem } from 'react-aria-components'
import { api } from '@/session/api'
import { problemText } from '@/session/errors'
import { Icon } from '@/ui/icon'
import type { Import } from '@/wire/records'
import { keepImport } from './queries'
import { useImportTexts } from './texts'

const ACCEPTED = ['.csv', '.txt', '.tsv', '.xlsx', '.vcf']

export function Upload() {
  const t = useImportTexts()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const upload = useMutation({
    mutationFn: (file: File) => {
      const body = new FormData()
      body.append('file', file, file.name)
      return api.post<Import>('/imports', body)
    },
    onSuccess: (made) => {
      keepImport(queries, made)
      void navigate({ to: '/customers/imports/$importId', params: { importId: made.id } })
    },
  })
  const take = (file: File | null | undefined) => file && !upload.isPending && upload.mutate(file)
  return (
    <DropZone
      className="drop"
      aria-label={t('dropTitle')}
      data-busy={upload.isPending || undefined}
      onDrop={(event) => {
        const item = event.items.find(isFileDropItem)
        if (item) void item.getFile().then(take)
      }}
    >
      <Icon of={FileUp} size="xl" />
      <h2>{upload.isPending ? t('reading', { name: upload.variables.name }) : t('dropTitle')}</h2>
      <p className="t2">{t('dropBody')}</p>
      {upload.isPending ? (
        <div
          className="bar endless"
          role="progressbar"
          aria-label={t('reading', { name: upload.variables.name })}
        >
          <i />
        </div>
      ) : (
        <FileTrigger acceptedFileTypes={ACCEPTED} onSelect={(files) => take(files?.[0])}>
          <AriaButton className="btn p">{t('choose')}</AriaButton>
        </FileTrigger>
      )}
      {upload.error && (
        <p className="ferr" role="alert">
          <Icon of={CircleAlert} size="s" />
          {problemText(upload.error)}
        </p>
      )}
    </DropZone>
  )
}
