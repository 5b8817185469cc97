// Step two: where the rows go and whose they are.
import { useQuery } from '@tanstack/react-query'
import { progressOf, StageGauge } from '@/features/boards/gauge'
import { boardQuery } from '@/features/customer/stages'
import { usePeople } from '@/features/customers/people'
import { useBoards } from '@/live/hooks'
import { Avatar } from '@/ui/avatar'
import { SelectField, TextField } from '@/ui/field'
import type { Import } from '@/wire/records'
import { useImportTexts } from './texts'

const NONE = 'none'
type Options = Import['options']

export function ImportOptions({
  options,
  tagText,
  onChange,
  onTagText,
}: {
  options: Options
  /** As it is typed; the list of tags is made from it. */
  tagText: string
  onChange: (change: Partial<Options>) => void
  onTagText: (text: string) => void
}) {
  const t = useImportTexts()
  const people = usePeople()
  const boards = useBoards().filter((board) => !board.archived_at)
  const board = useQuery({
    ...boardQuery(options.board_id ?? ''),
    enabled: options.board_id !== null,
  })
  const stages = (board.data?.stages ?? []).filter((stage) => !stage.archived_at)
  return (
    <div className="form-grid">
      <SelectField
        label={t('board')}
        options={[
          { id: NONE, label: t('noBoard') },
          ...boards.map((each) => ({ id: each.id as string, label: each.name })),
        ]}
        value={options.board_id ?? NONE}
        onChange={(id) => onChange({ board_id: id === NONE ? null : id, stage_id: null })}
      />
      <SelectField
        label={t('stage')}
        isDisabled={options.board_id === null}
        options={[
          { id: NONE, label: t('firstStage') },
          ...stages.map((stage) => ({
            id: stage.id as string,
            label: stage.name,
            mark: <StageGauge stage={stage} progress={progressOf(stage, stages)} />,
          })),
        ]}
        value={options.stage_id ?? NONE}
        onChange={(id) => onChange({ stage_id: id === NONE ? null : id })}
      />
      <SelectField
        label={t('owner')}
        options={[
          { id: NONE, label: t('noOwner') },
          ...people.active.map((each) => ({
            id: each.id as string,
            label: each.name,
            mark: <Avatar person={each} />,
          })),
        ]}
        value={options.owners[0] ?? NONE}
        onChange={(id) => onChange({ owners: id === NONE ? [] : [id] })}
      />
      <SelectField<'update' | 'skip'>
        label={t('onMatch')}
        options={[
          { id: 'update', label: t('onMatch.update') },
          { id: 'skip', label: t('onMatch.skip') },
        ]}
        value={options.on_match}
        onChange={(on_match) => onChange({ on_match })}
      />
      <div className="wide">
        <TextField
          label={t('tags')}
          hint={t('tagsHint')}
          value={tagText}
          onChange={onTagText}
          maxLength={400}
        />
      </div>
    </div>
  )
}
