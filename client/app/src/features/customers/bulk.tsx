// The bar over the list while rows are chosen. A few are changed at once and shown at once; many, or
// all that match, are the server's work, begun in a dialog.
import { useQueryClient } from '@tanstack/react-query'
import {
  Archive,
  ArchiveRestore,
  ArrowRightLeft,
  Download,
  ListPlus,
  Tag,
  UserRound,
  X,
} from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { type Command, useCommands } from '@/commands'
import type { Selection } from '@/features/bulk/model'
import { atLeast } from '@/i18n/format'
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
import { useTags } from './queries'
import { useCustomersTexts } from './texts'

const BulkDialog = lazy(() =>
  import('@/features/bulk/dialog').then((m) => ({ default: m.BulkDialog })),
)

const NOBODY = 'none'
/** Above this many an archive asks first; below, the undo is enough. */
const ASK_FROM = 20
/** Above this many it is one act of the server, with one entry in the audit. */
const FEW = 25

type Doing = 'assign' | 'tag' | 'move' | 'archive' | 'restore'

export function BulkBar({
  rows,
  count,
  total,
  isCapped,
  selection,
  archived,
  people,
  onClear,
  onSelectAll,
  onExportAll,
}: {
  /** Those that were chosen one by one; none when all that match are meant. */
  rows: readonly Customer[]
  /** How many are meant. */
  count: number
  total: number
  /** More match than `total` says. */
  isCapped: boolean
  /** As the server is told. */
  selection: Selection
  archived: boolean
  people: People
  onClear: () => void
  onSelectAll: () => void
  /** The file of all that match; undefined where that would be too many. */
  onExportAll: (() => void) | undefined
}) {
  const t = useCustomersTexts()
  const queries = useQueryClient()
  const tags = useTags().data ?? []
  const canEdit = usePermission('customers.edit')
  const canArchive = usePermission('customers.archive')
  const canExport = usePermission('customers.export')
  const canMove = usePermission('cards.move')
  const [asking, setAsking] = useState(false)
  const [doing, setDoing] = useState<Doing>()
  const isEveryone = !('ids' in selection)
  const isMany = isEveryone || count > FEW

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
    saveFile(t('fileName'), new Blob([text], { type: 'text/csv;charset=utf-8' }))
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
  const archiveOrAsk = () => {
    if (isMany) setDoing(archived ? 'restore' : 'archive')
    else if (count >= ASK_FROM && !archived) setAsking(true)
    else archive()
  }
  const exporting = isEveryone ? onExportAll : exportRows

  useCommands(
    t('selected', { count, n: atLeast(count, isCapped && isEveryone) }),
    () => {
      const offered: (Command | false)[] = [
        canEdit && {
          id: 'customers.assign',
          title: t('assign'),
          icon: UserRound,
          words: 'owner sorumlu',
          ...(isMany
            ? { run: () => setDoing('assign') }
            : {
                children: () =>
                  people.active.map((each) => ({
                    id: `customers.assign-${each.id}`,
                    title: each.name,
                    mark: <Avatar person={each} />,
                    run: () => assign(each.id),
                  })),
              }),
        },
        canEdit && {
          id: 'customers.tag',
          title: t('tag'),
          icon: Tag,
          words: 'label',
          ...(isMany
            ? { run: () => setDoing('tag') }
            : {
                children: () =>
                  tags.map((each) => ({
                    id: `customers.tag-${each.name}`,
                    title: each.name,
                    run: () => tag(each.name),
                  })),
              }),
        },
        canEdit &&
          canMove &&
          !archived && {
            id: 'customers.move',
            title: t('moveTo'),
            icon: ArrowRightLeft,
            words: 'stage board',
            run: () => setDoing('move'),
          },
        canExport &&
          exporting !== undefined && {
            id: 'customers.export-chosen',
            title: t('export'),
            icon: Download,
            run: exporting,
          },
        canArchive && {
          id: 'customers.archive',
          title: t(archived ? 'restore' : 'archive'),
          icon: archived ? ArchiveRestore : Archive,
          run: archiveOrAsk,
        },
      ]
      return offered.filter((each) => each !== false)
    },
    { about: true },
  )

  return (
    <div className="bulk" role="toolbar" aria-label={t('bulk')}>
      <IconButton icon={X} label={t('clearSelection')} small onPress={onClear} />
      <b className="num">{t('selected', { count, n: atLeast(count, isCapped && isEveryone) })}</b>
      {isEveryone && <span className="t2">{t('everyone')}</span>}
      {!isEveryone && (count < total || isCapped) && (
        <Button small tone="quiet" onPress={onSelectAll}>
          {t('selectMatching', { n: atLeast(total, isCapped) })}
        </Button>
      )}
      <span className="sp" />
      {canEdit && isMany && (
        <>
          <Button small icon={UserRound} onPress={() => setDoing('assign')}>
            {t('assign')}
          </Button>
          <Button small icon={Tag} onPress={() => setDoing('tag')}>
            {t('tag')}
          </Button>
        </>
      )}
      {canEdit && !isMany && (
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
      {canEdit && canMove && !archived && (
        <Button small icon={ArrowRightLeft} onPress={() => setDoing('move')}>
          {t('moveTo')}
        </Button>
      )}
      {canEdit && !isMany && (
        <IconButton
          icon={ListPlus}
          label={t('otherBulk')}
          tone="plain"
          small
          onPress={() => setDoing('tag')}
        />
      )}
      {canExport && exporting && (
        <Button small icon={Download} onPress={exporting}>
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
      {doing && (
        <Suspense>
          <BulkDialog
            selection={selection}
            initial={doing}
            archived={archived}
            onStarted={onClear}
            onClose={() => setDoing(undefined)}
          />
        </Suspense>
      )}
    </div>
  )
}
