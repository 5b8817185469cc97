// What can be done with the selected cards.
import { Archive, ArrowRightLeft, Tag, UserRound, X } from 'lucide-react'
import { useState } from 'react'
import { useCommonTexts } from '@/i18n/common'
import { useObservable } from '@/live/observable'
import { Button, IconButton } from '@/ui/button'
import { MenuButton } from '@/ui/menu'
import type { User } from '@/wire/records'
import { archiveCards } from './actions'
import { PeopleItems, StageItems } from './card-menu'
import type { BoardControl } from './control'
import { TagDialog } from './tag-dialog'
import { useBoardTexts } from './texts'

export function BulkBar({
  control,
  users,
  may,
}: {
  control: BoardControl
  users: readonly User[]
  may: { move: boolean; edit: boolean; archive: boolean }
}) {
  const t = useBoardTexts()
  const c = useCommonTexts()
  const selection = useObservable(control.selection)
  const [tagging, setTagging] = useState(false)
  if (selection.size === 0) return null
  const ids = control.inBoardOrder(selection)
  return (
    <div className="board-bulk" role="toolbar" aria-label={t('bulk')}>
      <b>{c('selected', { count: selection.size })}</b>
      {may.move && (
        <MenuButton
          label={t('moveTo')}
          placement="top"
          button={
            <Button small tone="quiet" icon={ArrowRightLeft}>
              {t('move')}
            </Button>
          }
        >
          <StageItems control={control} ids={ids} current={undefined} />
        </MenuButton>
      )}
      {may.edit && (
        <>
          <MenuButton
            label={t('assign')}
            placement="top"
            button={
              <Button small tone="quiet" icon={UserRound}>
                {t('assign')}
              </Button>
            }
          >
            <PeopleItems control={control} ids={ids} users={users} />
          </MenuButton>
          <Button small tone="quiet" icon={Tag} onPress={() => setTagging(true)}>
            {t('tag')}
          </Button>
        </>
      )}
      {may.archive && (
        <Button small tone="quiet" icon={Archive} onPress={() => archiveCards(control, ids)}>
          {t('archive')}
        </Button>
      )}
      <IconButton
        small
        icon={X}
        label={t('clearSelection')}
        onPress={() => control.clearSelection()}
      />
      {tagging && <TagDialog control={control} ids={ids} onClose={() => setTagging(false)} />}
    </div>
  )
}
