// The board's name as a menu: other boards, a new one, rename, archive.
import { useRouter } from '@tanstack/react-router'
import { Archive, ChevronDown, Columns3, Pencil, Plus, SquareKanban } from 'lucide-react'
import { useState } from 'react'
import { Button as AriaButton } from 'react-aria-components'
import { compareNames } from '@/i18n/fold'
import { useBoards } from '@/live/hooks'
import { perform } from '@/live/live'
import { offerUndo } from '@/live/undo'
import { ConfirmDialog } from '@/ui/dialog'
import { Icon } from '@/ui/icon'
import { MenuButton, MenuItem, MenuSeparator } from '@/ui/menu'
import { type BoardHead, boardTopic } from './model'
import { createBoard, NameDialog } from './new-board'
import { useBoardTexts } from './texts'

export function BoardSwitcher({
  board,
  canManage,
  onNewStage,
}: {
  board: BoardHead
  canManage: boolean
  onNewStage: () => void
}) {
  const t = useBoardTexts()
  const router = useRouter()
  const boards = useBoards()
  const [dialog, setDialog] = useState<'create' | 'rename' | 'archive' | null>(null)
  const open = boards
    .filter((b) => !b.archived_at)
    .sort((a, b) => a.position - b.position || compareNames(a.name, b.name))
  const go = (id: string) =>
    void router.navigate({ to: '/boards/$boardId', params: { boardId: id }, search: {} })
  const archive = () => {
    const command = (op: string) => ({ topic: boardTopic(board.id), op, d: {}, label: board.name })
    offerUndo(
      {
        text: t('boardArchived', { board: board.name }),
        inverse: () => [command('board.restore')],
      },
      { given: perform(command('board.archive')) },
    )
    void router.navigate({ to: '/boards' })
  }
  return (
    <>
      <MenuButton
        label={t('boards')}
        button={
          <AriaButton className="btn q switcher">
            <h1 className="el">{board.name}</h1>
            <Icon of={ChevronDown} />
          </AriaButton>
        }
      >
        {open.map((b) => (
          <MenuItem
            key={b.id}
            icon={SquareKanban}
            checked={b.id === board.id}
            onAction={() => go(b.id)}
          >
            {b.name}
          </MenuItem>
        ))}
        {canManage && (
          <>
            <MenuSeparator />
            <MenuItem icon={Plus} onAction={() => setDialog('create')}>
              {t('newBoard')}
            </MenuItem>
            <MenuItem icon={Columns3} onAction={onNewStage}>
              {t('newStage')}
            </MenuItem>
            <MenuItem icon={Pencil} onAction={() => setDialog('rename')}>
              {t('renameBoard')}
            </MenuItem>
            <MenuItem
              icon={Archive}
              danger
              isDisabled={open.length < 2}
              onAction={() => setDialog('archive')}
            >
              {t('archiveBoard')}
            </MenuItem>
          </>
        )}
      </MenuButton>
      {dialog === 'create' && (
        <NameDialog
          title={t('newBoard')}
          name=""
          onClose={() => setDialog(null)}
          onSave={(name) => void createBoard(name, go)}
        />
      )}
      {dialog === 'rename' && (
        <NameDialog
          title={t('renameBoard')}
          name={board.name}
          onClose={() => setDialog(null)}
          onSave={(name) => {
            const command = (to: string) => ({
              topic: boardTopic(board.id),
              op: 'board.rename',
              d: { name: to },
              alsoOn: ['tenant'],
              label: t('renameBoard'),
            })
            offerUndo(
              {
                text: t('boardRenamed', { board: name }),
                inverse: () => [command(board.name)],
              },
              { given: perform(command(name)) },
            )
          }}
        />
      )}
      <ConfirmDialog
        isOpen={dialog === 'archive'}
        onClose={() => setDialog(null)}
        title={t('archiveBoardNamed', { board: board.name })}
        action={t('archive')}
        onConfirm={archive}
      >
        <p className="t2">{t('archiveBoardHint')}</p>
      </ConfirmDialog>
    </>
  )
}
