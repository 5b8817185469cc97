// What is done with the list as a whole, behind the three dots.
import { useNavigate } from '@tanstack/react-router'
import { Download, Ellipsis, FileUp, GitMerge, Layers, SquareCheck } from 'lucide-react'
import { usePermission } from '@/session/session'
import { IconButton } from '@/ui/button'
import { usePhone } from '@/ui/media'
import { MenuButton, MenuItem } from '@/ui/menu'
import { useCustomersTexts } from './texts'

export function MoreMenu({
  onExport,
  onSelectSome,
}: {
  onExport: () => void
  /** On a phone, where rows have no box to tick. */
  onSelectSome: (() => void) | undefined
}) {
  const t = useCustomersTexts()
  const navigate = useNavigate()
  const canEdit = usePermission('customers.edit')
  const canImport = usePermission('customers.import')
  const canExport = usePermission('customers.export')
  const canMerge = usePermission('customers.merge')
  const isPhone = usePhone()
  if (!(canExport || canMerge || canEdit || isPhone)) return null
  return (
    <MenuButton
      label={t('moreActions')}
      placement="bottom end"
      button={<IconButton icon={Ellipsis} label={t('moreActions')} tone="plain" />}
    >
      {canExport ? (
        <MenuItem icon={Download} onAction={onExport}>
          {t('export')}
        </MenuItem>
      ) : null}
      {canMerge ? (
        <MenuItem icon={GitMerge} onAction={() => void navigate({ to: '/customers/duplicates' })}>
          {t('duplicates')}
        </MenuItem>
      ) : null}
      {canEdit ? (
        <MenuItem icon={Layers} onAction={() => void navigate({ to: '/customers/bulk' })}>
          {t('bulks')}
        </MenuItem>
      ) : null}
      {onSelectSome ? (
        <MenuItem icon={SquareCheck} onAction={onSelectSome}>
          {t('selectSome')}
        </MenuItem>
      ) : null}
      {canImport && isPhone ? (
        <MenuItem icon={FileUp} onAction={() => void navigate({ to: '/customers/imports' })}>
          {t('import')}
        </MenuItem>
      ) : null}
    </MenuButton>
  )
}
