// The customer's cards: each board's stages in a row, the current one marked; a click moves.
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { type Command, showPalette, useCommands } from '@/commands'
import { type Answers, missingFor, type Question } from '@/features/activities/asks'
import { RequireSheet } from '@/features/activities/require-sheet'
import { progressOf, StageGauge } from '@/features/boards/gauge'
import { CommandError } from '@/live/engine'
import { useBoards } from '@/live/hooks'
import { engine, perform, performOrThrow, sayRefused } from '@/live/live'
import { offerUndo } from '@/live/undo'
import { api } from '@/session/api'
import { usePermission } from '@/session/session'
import { announce } from '@/ui/announce'
import { Button } from '@/ui/button'
import { SelectField } from '@/ui/field'
import { usePhone } from '@/ui/media'
import { MenuButton, MenuItem } from '@/ui/menu'
import type { Card, CustomerDetail, Requirement, Stage } from '@/wire/records'
import { useCustomer } from './live'
import { useCustomerTexts } from './texts'

interface BoardView {
  id: string
  name: string
  stages: Stage[]
}

export const boardQuery = (id: string) => ({
  queryKey: ['board-stages', id],
  queryFn: () => api.get<BoardView>(`/boards/${id}`, { limit: 1 }),
  staleTime: 60_000,
})

type CardLine = CustomerDetail['cards'][number]

function CardStages({ card, alone }: { card: CardLine; alone: boolean }) {
  const t = useCustomerTexts()
  const { customer, topic, mode } = useCustomer()
  const isSmall = usePhone() || mode === 'panel'
  const canMove = usePermission('cards.move')
  const board = useQuery(boardQuery(card.board_id)).data
  const stages = [...(board?.stages ?? [])]
    .filter((stage) => !stage.archived_at || stage.id === card.stage_id)
    .sort((a, b) => a.position - b.position)
  const boardName = board?.name ?? card.board_name
  const at = stages.findIndex((stage) => stage.id === card.stage_id)

  const [asking, setAsking] = useState<{ stage: Stage; questions: readonly Question[] }>()

  /** What the stage asks for and this card, as far as it is known here, does not have. */
  const missing = (to: Stage) => {
    const here = engine.get()?.find(`board:${card.board_id}`)?.get<Card>('cards', card.id)
    const { quality, owners } = customer
    const { need, amount, next_due_at, lost_reason } = here ?? card
    return missingFor(to, [{ quality, owners, need, amount, next_due_at, lost_reason } as Card])
  }
  const move = (to: Stage, answers?: Answers) => {
    if (to.id === card.stage_id) return
    const questions = answers ? [] : missing(to)
    if (questions.length > 0) {
      setAsking({ stage: to, questions })
      return
    }
    const label = t('movedTo', { stage: to.name })
    const command = (stage: string, more: object = {}) => ({
      topic: `board:${card.board_id}`,
      alsoOn: [topic],
      op: 'card.move',
      d: { card: card.id, to_stage: stage, ...more },
      label,
    })
    const from = card.stage_id
    const given = command(to.id, answers ? { fields: answers } : {})
    const withdraw = offerUndo({ text: label, inverse: () => [command(from)] })
    announce(label)
    void performOrThrow(given).catch((error: unknown) => {
      withdraw()
      if (!(error instanceof CommandError)) return
      const asked = (error.data?.missing ?? []) as Requirement[]
      if (error.reason === 'fields_required' && asked.length > 0)
        setAsking({ stage: to, questions: asked.map((field) => ({ field, required: true })) })
      else sayRefused(given, error)
    })
  }
  const sheet = asking && (
    <RequireSheet
      stage={asking.stage.name}
      questions={asking.questions}
      count={1}
      onAnswer={(answers) => move(asking.stage, answers)}
      onClose={() => setAsking(undefined)}
    />
  )

  const moveCommand = (): Command => ({
    id: 'customer.stage',
    title: t('stages', { board: boardName }),
    keys: 's',
    words: 'move stage taşı',
    run: () => showPalette(moveCommand()),
    children: () =>
      stages.map((stage) => ({
        id: `customer.stage-${stage.id}`,
        title: stage.name,
        mark: <StageGauge stage={stage} progress={progressOf(stage, stages)} />,
        checked: stage.id === card.stage_id,
        run: () => move(stage),
      })),
  })
  useCommands(boardName, () => (canMove && stages.length > 0 ? [moveCommand()] : []), {
    about: true,
  })

  if (stages.length === 0) return <div className="steps-wait" aria-hidden="true" />
  if (isSmall) {
    return (
      <div className="steps-phone">
        {sheet}
        <SelectField
          label={t('stages', { board: boardName })}
          isDisabled={!canMove}
          options={stages.map((stage) => ({
            id: stage.id as string,
            label: stage.name,
            mark: <StageGauge stage={stage} progress={progressOf(stage, stages)} />,
          }))}
          value={card.stage_id}
          onChange={(id) => {
            const to = stages.find((stage) => stage.id === id)
            if (to) move(to)
          }}
        />
      </div>
    )
  }
  return (
    <div className="steps-row">
      {sheet}
      {!alone && (
        <Link
          className="steps-board el"
          to="/boards/$boardId"
          params={{ boardId: card.board_id }}
          search={{}}
          aria-label={t('openBoard', { board: boardName })}
        >
          {boardName}
        </Link>
      )}
      <ol className="steps" aria-label={t('stages', { board: boardName })}>
        {stages.map((stage, index) => {
          const isOn = stage.id === card.stage_id
          const isDone = stage.kind === 'open' && index < at
          return (
            <li key={stage.id}>
              <button
                type="button"
                className={isOn ? 'on' : isDone ? 'done' : ''}
                style={{ '--stage': `var(--stage-${stage.colour})` } as React.CSSProperties}
                aria-current={isOn ? 'step' : undefined}
                aria-label={isOn ? stage.name : t('moveTo', { stage: stage.name })}
                disabled={!canMove}
                title={stage.name}
                onClick={() => move(stage)}
              >
                <StageGauge stage={stage} progress={progressOf(stage, stages)} />
                <span className="el">{stage.name}</span>
              </button>
            </li>
          )
        })}
      </ol>
    </div>
  )
}

function AddToBoard({ taken }: { taken: ReadonlySet<string> }) {
  const t = useCustomerTexts()
  const { customer } = useCustomer()
  const boards = useBoards().filter((board) => !board.archived_at && !taken.has(board.id))
  if (boards.length === 0) return null
  return (
    <MenuButton
      label={t('addToBoard')}
      button={
        <Button small icon={Plus}>
          {t('addToBoard')}
        </Button>
      }
    >
      {boards.map((board) => (
        <MenuItem
          key={board.id}
          onAction={() => {
            const label = t('cardAdded', { board: board.name })
            void perform({
              topic: `board:${board.id}`,
              op: 'card.create',
              d: { customer_id: customer.id },
              label,
            }).then((done) => done && announce(label))
          }}
        >
          {board.name}
        </MenuItem>
      ))}
    </MenuButton>
  )
}

export function Stages() {
  const t = useCustomerTexts()
  const { customer } = useCustomer()
  const canCreate = usePermission('cards.create')
  const { cards } = customer
  if (cards.length === 0) {
    return (
      <div className="steps-none">
        <span className="t3">{t('noCard')}</span>
        {canCreate && !customer.archived_at && <AddToBoard taken={new Set()} />}
      </div>
    )
  }
  return (
    <div className="steps-all">
      {cards.map((card) => (
        <CardStages key={card.id} card={card} alone={cards.length === 1} />
      ))}
    </div>
  )
}
