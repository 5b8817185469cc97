// What can be done with a stage.
import {
  Archive,
  ArrowLeft,
  ArrowRight,
  Ellipsis,
  Pencil,
  Plus,
  SquareCheck,
  UserPlus,
} from 'lucide-react'
import { Button as AriaButton } from 'react-aria-components'
import { Icon } from '@/ui/icon'
import { MenuButton, MenuItem, MenuSeparator } from '@/ui/menu'
import type { Stage } from '@/wire/records'
import type { BoardControl } from './control'
import { isTemporary } from './model'
import { reorderStages } from './stages'
import { useBoardTexts } from './texts'

export type StageAction =
  | { kind: 'edit'; stage: Stage }
  | { kind: 'create'; after: string | undefined }
  | { kind: 'archive'; stage: Stage }
  | { kind: 'add-card'; stage: string }

export function StageMenu({
  control,
  stage,
  canManage,
  canCreate,
  onAction,
}: {
  control: BoardControl
  stage: Stage
  canManage: boolean
  canCreate: boolean
  onAction: (action: StageAction) => void
}) {
  const t = useBoardTexts()
  if (isTemporary(stage.id)) return null
  const order = control.stages.map((s) => s.id)
  const at = order.indexOf(stage.id)
  const shift = (by: number) => {
    const next = order.filter((id) => id !== stage.id)
    next.splice(at + by, 0, stage.id)
    reorderStages(control, next)
  }
  return (
    <MenuButton
      label={stage.name}
      placement="bottom end"
      button={
        <AriaButton
          className="btn i sm q stage-more"
          aria-label={t('stageMenu', { stage: stage.name })}
        >
          <Icon of={Ellipsis} />
        </AriaButton>
      }
    >
      {canCreate && (
        <MenuItem icon={UserPlus} onAction={() => onAction({ kind: 'add-card', stage: stage.id })}>
          {t('addLead')}
        </MenuItem>
      )}
      <MenuItem icon={SquareCheck} onAction={() => control.select(control.visible(stage.id))}>
        {t('selectAllCards')}
      </MenuItem>
      {canManage && (
        <>
          <MenuSeparator />
          <MenuItem icon={Pencil} onAction={() => onAction({ kind: 'edit', stage })}>
            {t('editStage')}
          </MenuItem>
          <MenuItem icon={ArrowLeft} isDisabled={at <= 0} onAction={() => shift(-1)}>
            {t('moveLeft')}
          </MenuItem>
          <MenuItem icon={ArrowRight} isDisabled={at >= order.length - 1} onAction={() => shift(1)}>
            {t('moveRight')}
          </MenuItem>
          <MenuItem icon={Plus} onAction={() => onAction({ kind: 'create', after: stage.id })}>
            {t('newStageAfter')}
          </MenuItem>
          <MenuSeparator />
          <MenuItem icon={Archive} danger onAction={() => onAction({ kind: 'archive', stage })}>
            {t('archiveStage')}
          </MenuItem>
        </>
      )}
    </MenuButton>
  )
}
