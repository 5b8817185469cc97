// Which stages ask for what, board by board; the same choice stands in the stage's own dialog.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useBoards } from '@/live/hooks'
import { perform } from '@/live/live'
import { api } from '@/session/api'
import { hasFailed } from '@/session/reads'
import { usePermission } from '@/session/session'
import { Part } from '@/shell/sections'
import { Checkbox } from '@/ui/field'
import { ErrorState, Skeleton } from '@/ui/states'
import type { Requirement, Stage } from '@/wire/records'
import { useActivityTexts } from './texts'

export const requirements: readonly Requirement[] = [
  'amount',
  'lost_reason',
  'need',
  'next_due_at',
  'quality',
  'owner',
]

/** One line of choices. */
export function RequirementChoices({
  label,
  value,
  onChange,
}: {
  label: string
  value: readonly Requirement[]
  onChange: (next: Requirement[]) => void
}) {
  const t = useActivityTexts()
  return (
    <div className="require-grid" role="group" aria-label={label}>
      {requirements.map((field) => (
        <Checkbox
          key={field}
          label={t(`field.${field}`)}
          isSelected={value.includes(field)}
          onChange={(on) =>
            onChange(requirements.filter((each) => (each === field ? on : value.includes(each))))
          }
        />
      ))}
    </div>
  )
}

function BoardStages({ id, name }: { id: string; name: string }) {
  const t = useActivityTexts()
  const queries = useQueryClient()
  const key = ['board-stages', id]
  const read = useQuery({
    queryKey: key,
    queryFn: () =>
      api.get<{ id: string; name: string; stages: Stage[] }>(`/boards/${id}`, { limit: 1 }),
  })
  if (hasFailed(read)) return <ErrorState error={read.error} onRetry={() => void read.refetch()} />
  if (!read.data) return <Skeleton height={80} />
  const choose = (stage: Stage, requires: Requirement[]) => {
    queries.setQueryData(key, {
      ...read.data,
      stages: read.data.stages.map((each) => (each.id === stage.id ? { ...each, requires } : each)),
    })
    void perform({
      topic: `board:${id}`,
      op: 'stage.update',
      d: { stage: stage.id, requires },
      label: t('stageOf', { stage: stage.name }),
    }).then((answer) => {
      if (!answer) void queries.invalidateQueries({ queryKey: key })
    })
  }
  return (
    <article className="type-card" aria-label={name}>
      <header>
        <h3>{name}</h3>
      </header>
      <ul>
        {read.data.stages
          .filter((stage) => !stage.archived_at)
          .sort((a, b) => a.position - b.position)
          .map((stage) => (
            <li key={stage.id} className="require-line">
              <span className="nm">{stage.name}</span>
              <RequirementChoices
                label={t('stageOf', { stage: stage.name })}
                value={stage.requires ?? []}
                onChange={(next) => choose(stage, next)}
              />
            </li>
          ))}
      </ul>
    </article>
  )
}

export function StageRequirements() {
  const t = useActivityTexts()
  const canManage = usePermission('boards.manage')
  const boards = useBoards().filter((board) => !board.archived_at)
  if (!canManage || boards.length === 0) return null
  return (
    <Part title={t('requirements')} lead={t('requirementsLead')}>
      {[...boards]
        .sort((a, b) => a.position - b.position)
        .map((board) => (
          <BoardStages key={board.id} id={board.id} name={board.name} />
        ))}
    </Part>
  )
}
