// What can be done with the selected cards.
import { Archive, ArrowRightLeft, Layers, Tag, UserRound, X } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import type { Selection } from '@/features/bulk/model'
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

const BulkDialog = lazy(() =>
  import('@/features/bulk/dialog').then((m) => ({ default: m.BulkDialog })),
)

/** Whole stages are told as such: they may hold more than can be named one by one. */
export function customersOf(control: BoardControl, cards: ReadonlySet<string>): Selection {
  const whole = control.stages.filter(({ id }) => {
    const all = control.orders.of(id)
    return all.length > 0 && all.every((card) => cards.has(card))
  })
  const held = whole.reduce((sum, { id }) => sum + control.orders.of(id).length, 0)
  if (held === cards.size && held > 0) return { filter: { stage: whole.map(({ id }) => id) } }
  return { ids: [...new Set([...cards].flatMap((id) => control.card(id)?.customer_id ?? []))] }
}

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
  // Who was meant when it was asked: cards come and go meanwhile.
  const [many, setMany] = useState<Selection>()
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
      {may.edit && (
        <IconButton
          small
          icon={Layers}
          label={t('bulkAction')}
          onPress={() => setMany(customersOf(control, selection))}
        />
      )}
      <IconButton
        small
        icon={X}
        label={t('clearSelection')}
        onPress={() => control.clearSelection()}
      />
      {many && (
        <Suspense>
          <BulkDialog
            selection={many}
            initial="assign"
            archived={false}
            onStarted={() => control.clearSelection()}
            onClose={() => setMany(undefined)}
          />
        </Suspense>
      )}
      {tagging && <TagDialog control={control} ids={ids} onClose={() => setTagging(false)} />}
    </div>
  )
}
