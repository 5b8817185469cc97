// The bar over the list while rows are chosen.
import { useQueryClient } from '@tanstack/react-query'
import { Archive, ArchiveRestore, Download, Tag, UserRound, X } from 'lucide-react'
import { useState } from 'react'
import { useCommands } from '@/commands'
import { number } from '@/i18n/format'
import { usePermission } from '@/session/session'
import { Avatar } from '@/ui/avatar'
import { Button, IconButton } from '@/ui/button'
import { ConfirmDialog } from '@/ui/dialog'
import { PickMenu } from '@/ui/pick-menu'
import { toast } from '@/ui/toasts'
import type { Customer } from '@/wire/records'
import { archiveMany, assignMany, tagMany } from './bulk-commands'
import { saveFile, toCsv } from './csv'
import type { People } from './people'
import { MOST_SELECTED, useTags } from './queries'
import { useCustomersTexts } from './texts'

const NOBODY = 'none'
/** Above this many an archive asks first; below, the undo is enough. */
const ASK_FROM = 20

export function BulkBar({
  rows,
  total,
  archived,
  people,
  onClear,
  onSelectAll,
}: {
  rows: readonly Customer[]
  total: number
  archived: boolean
  people: People
  onClear: () => void
  onSelectAll: () => void
}) {
  const t = useCustomersTexts()
  const queries = useQueryClient()
  const tags = useTags().data ?? []
  const canEdit = usePermission('customers.edit')
  const canArchive = usePermission('customers.archive')
  const canExport = usePermission('customers.export')
  const [asking, setAsking] = useState(false)
  const count = rows.length

  const archive = () => {
    archiveMany(queries, rows, archived, t(archived ? 'restoredMany' : 'archivedMany', { count }))
    onClear()
  }
  const exportRows = () => {
    const headers = [
      t('name'),
      t('company'),
      t('phone'),
      t('email'),
      t('quality'),
      t('tags'),
      t('owner'),
      t('source'),
      t('headerCreated'),
    ]
    const text = toCsv(rows, headers, (id) => people.of(id).name)
    saveFile('nabiz-musteriler.csv', new Blob([text], { type: 'text/csv;charset=utf-8' }))
    toast(t('exportedMany', { count }))
  }

  const assign = (id: string) =>
    assignMany(
      queries,
      rows,
      id === NOBODY ? [] : [id],
      t('assignedMany', { count, name: id === NOBODY ? t('noOwner') : people.of(id).name }),
    )
  const tag = (name: string) => tagMany(queries, rows, name, t('taggedMany', { count, tag: name }))
  const archiveOrAsk = () => (count >= ASK_FROM && !archived ? setAsking(true) : archive())

  useCommands(
    t('selected', { count }),
    () => [
      ...(canEdit
        ? [
            {
              id: 'customers.assign',
              title: t('assign'),
              icon: UserRound,
              words: 'owner sorumlu',
              children: () =>
                people.active.map((each) => ({
                  id: `customers.assign-${each.id}`,
                  title: each.name,
                  mark: <Avatar person={each} />,
                  run: () => assign(each.id),
                })),
            },
            {
              id: 'customers.tag',
              title: t('tag'),
              icon: Tag,
              words: 'label',
              children: () =>
                tags.map((each) => ({
                  id: `customers.tag-${each.name}`,
                  title: each.name,
                  run: () => tag(each.name),
                })),
            },
          ]
        : []),
      ...(canExport
        ? [{ id: 'customers.export-chosen', title: t('export'), icon: Download, run: exportRows }]
        : []),
      ...(canArchive
        ? [
            {
              id: 'customers.archive',
              title: t(archived ? 'restore' : 'archive'),
              icon: archived ? ArchiveRestore : Archive,
              run: archiveOrAsk,
            },
          ]
        : []),
    ],
    { about: true },
  )

  return (
    <div className="bulk" role="toolbar" aria-label={t('bulk')}>
      <IconButton icon={X} label={t('clearSelection')} small onPress={onClear} />
      <b className="num">{t('selected', { count })}</b>
      {count < Math.min(total, MOST_SELECTED) && (
        <Button small tone="quiet" onPress={onSelectAll}>
          {t('selectMatching', { n: number(Math.min(total, MOST_SELECTED)) })}
        </Button>
      )}
      <span className="sp" />
      {canEdit && (
        <>
          <PickMenu
            label={t('assignTo')}
            searchLabel={t('findPerson')}
            button={
              <Button small icon={UserRound}>
                {t('assign')}
              </Button>
            }
            options={[
              ...people.active.map((each) => ({
                id: each.id as string,
                label: each.name,
                mark: <Avatar person={each} />,
              })),
              { id: NOBODY, label: t('unassign') },
            ]}
            onPick={assign}
          />
          <PickMenu
            label={t('tag')}
            searchLabel={t('findTag')}
            newLabel={(tag) => t('newTag', { tag })}
            button={
              <Button small icon={Tag}>
                {t('tag')}
              </Button>
            }
            options={tags.map((each) => ({ id: each.name, label: each.name, count: each.count }))}
            onPick={tag}
          />
        </>
      )}
      {canExport && (
        <Button small icon={Download} onPress={exportRows}>
          {t('export')}
        </Button>
      )}
      {canArchive && (
        <Button small icon={archived ? ArchiveRestore : Archive} onPress={archiveOrAsk}>
          {t(archived ? 'restore' : 'archive')}
        </Button>
      )}
      <ConfirmDialog
        isOpen={asking}
        onClose={() => setAsking(false)}
        title={t('archiveTitle', { count })}
        action={t('archive')}
        onConfirm={archive}
      >
        <p>{t('archiveBody')}</p>
      </ConfirmDialog>
    </div>
  )
}
