// What a line of the set-up offers: edit, take out of use with undo, and back into use.
import { Archive, ArchiveRestore, Pencil } from 'lucide-react'
import { IconButton } from '@/ui/button'
import { Chip } from '@/ui/chip'
import { setUpOrSay } from './commands'
import { useSetupTexts } from './texts'

export function RowActions({
  of,
  record,
  editLabel,
  onEdit,
}: {
  of: 'resource' | 'service'
  record: { id: string; name: string; archived_at: string | null }
  editLabel: string
  onEdit: () => void
}) {
  const t = useSetupTexts()
  const { id, name } = record
  const restore = { op: `${of}.restore`, d: { [of]: id } }
  if (record.archived_at) {
    return (
      <>
        <Chip>{t('archived')}</Chip>
        <IconButton
          icon={ArchiveRestore}
          label={t('restore', { name })}
          onPress={() => setUpOrSay(restore.op, restore.d, t('restoredSaid', { name }))}
        />
      </>
    )
  }
  return (
    <>
      <IconButton icon={Pencil} label={editLabel} onPress={onEdit} />
      <IconButton
        icon={Archive}
        label={t('archive', { name })}
        onPress={() =>
          setUpOrSay(`${of}.archive`, { [of]: id }, t('archivedSaid', { name }), restore)
        }
      />
    </>
  )
}
