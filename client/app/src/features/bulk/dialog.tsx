// What is done to many, in one question: what, to whom, how many that is. Nothing happens before
// "start".
import './bulk.css'
import { useId, useState } from 'react'
import { usePeople } from '@/features/customers/people'
import { useTags } from '@/features/customers/queries'
import { number } from '@/i18n/format'
import { CommandError } from '@/live/engine'
import { useBoards } from '@/live/hooks'
import { useObservable } from '@/live/observable'
import { liveStatus } from '@/live/status'
import { errorText, problemText } from '@/session/errors'
import { usePermission } from '@/session/session'
import { Avatar } from '@/ui/avatar'
import { Button } from '@/ui/button'
import { Dialog } from '@/ui/dialog'
import { Checkbox, SelectField } from '@/ui/field'
import { Skeleton } from '@/ui/states'
import { startBulk } from './commands'
import { type BulkAction, isWhole, NAMED_MAX, type Selection } from './model'
import { useStages } from './names'
import { usePreview } from './queries'
import { TagPick } from './tag-pick'
import { useBulkTexts } from './texts'

/** From so many on a tick is asked for: nobody means five thousand by accident. */
const ASK_FROM = 500

export type Doing = BulkAction['do']
type AssignMode = 'replace' | 'add' | 'remove' | 'none'
type TagMode = 'add' | 'remove'

export function BulkDialog({
  selection,
  initial,
  archived,
  onStarted,
  onClose,
}: {
  selection: Selection
  initial: Doing
  /** The list shows archived ones: they can be restored, not archived. */
  archived: boolean
  onStarted: () => void
  onClose: () => void
}) {
  const t = useBulkTexts()
  const people = usePeople()
  const tags = useTags().data ?? []
  const boards = useBoards().filter((board) => !board.archived_at)
  const canMove = usePermission('cards.move')
  const canArchive = usePermission('customers.archive')
  const isUp = useObservable(liveStatus).phase === 'live'
  const [doing, setDoing] = useState<Doing>(initial)
  const [assign, setAssign] = useState<AssignMode>('replace')
  const [person, setPerson] = useState<string>('')
  const [tagMode, setTagMode] = useState<TagMode>('add')
  const [tag, setTag] = useState('')
  const [board, setBoard] = useState<string>(boards.length === 1 ? (boards[0]?.id ?? '') : '')
  const [stage, setStage] = useState('')
  const [sure, setSure] = useState(false)
  const [starting, setStarting] = useState(false)
  const [refused, setRefused] = useState<string>()
  const stages = useStages(doing === 'move' ? board : '')
  const countId = useId()

  const action = made({ doing, assign, person, tagMode, tag, board, stage })
  const whole = isWhole(action) ? action : undefined
  const named = 'ids' in selection ? selection.ids.length : (selection.except?.length ?? 0)
  const isTooManyNamed = named > NAMED_MAX
  const preview = usePreview(selection, isTooManyNamed ? undefined : whole)
  const total = preview.data?.total
  const isTooMany = preview.data !== undefined && preview.data.total > preview.data.max
  const mustTick = total !== undefined && total >= ASK_FROM && !isTooMany
  const isReady =
    whole !== undefined &&
    isUp &&
    !isTooMany &&
    !isTooManyNamed &&
    Boolean(total) &&
    (!mustTick || sure)

  const doings: Doing[] = [
    'assign',
    'tag',
    ...(canMove && boards.length > 0 && !archived ? (['move'] as const) : []),
    ...(canArchive ? ([archived ? 'restore' : 'archive'] as const) : []),
  ]
  const start = async () => {
    if (!isReady || !whole || starting) return
    setStarting(true)
    setRefused(undefined)
    try {
      await startBulk(selection, whole)
      onStarted()
      onClose()
    } catch (error) {
      setStarting(false)
      if (!(error instanceof CommandError)) throw error
      const code = error.fields?.[0]?.code ?? error.reason ?? error.code
      setRefused(errorText(code, error.message))
    }
  }
  const modes = (all: readonly AssignMode[]) => all.map((id) => ({ id, label: t(`assign.${id}`) }))

  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t('one')}
      onSubmit={() => void start()}
      footer={
        <Button
          type="submit"
          tone={doing === 'archive' ? 'danger-filled' : 'primary'}
          isDisabled={!isReady}
          isPending={starting}
        >
          {t('start')}
        </Button>
      }
    >
      <div className="bulk-form">
        <SelectField<Doing>
          label={t('what')}
          options={doings.map((id) => ({ id, label: t(`do.${id}`) }))}
          value={doing}
          onChange={(next) => {
            setDoing(next)
            setSure(false)
          }}
        />
        {doing === 'assign' && (
          <>
            <SelectField<AssignMode>
              label={t('how')}
              options={modes(['replace', 'add', 'remove', 'none'])}
              value={assign}
              onChange={setAssign}
            />
            {assign !== 'none' && (
              <SelectField
                label={t('person')}
                options={people.active.map((each) => ({
                  id: each.id as string,
                  label: each.name,
                  mark: <Avatar person={each} />,
                }))}
                value={person || null}
                onChange={setPerson}
              />
            )}
          </>
        )}
        {doing === 'tag' && (
          <>
            <SelectField<TagMode>
              label={t('how')}
              options={[
                { id: 'add', label: t('tag.add') },
                { id: 'remove', label: t('tag.remove') },
              ]}
              value={tagMode}
              onChange={setTagMode}
            />
            <TagPick
              label={t('tag')}
              tags={tags}
              mayBeNew={tagMode === 'add'}
              value={tag}
              onChange={setTag}
            />
          </>
        )}
        {doing === 'move' && (
          <>
            <SelectField
              label={t('board')}
              options={boards.map((each) => ({ id: each.id as string, label: each.name }))}
              value={board || null}
              onChange={(id) => {
                setBoard(id)
                setStage('')
              }}
            />
            {board && (
              <SelectField
                label={t('stage')}
                options={(stages ?? []).map((each) => ({
                  id: each.id as string,
                  label: each.name,
                }))}
                value={stage || null}
                onChange={setStage}
                hint={t('moveHint')}
              />
            )}
          </>
        )}
        {doing === 'archive' && <p className="t2">{t('archiveHint')}</p>}
        {doing === 'restore' && <p className="t2">{t('restoreHint')}</p>}
        <div className="bulk-count" role="status" id={countId}>
          {isTooManyNamed ? (
            <p className="danger">{t('tooManyNamed', { max: number(NAMED_MAX) })}</p>
          ) : !whole ? null : preview.isError ? (
            <p className="danger">{problemText(preview.error)}</p>
          ) : total === undefined ? (
            <Skeleton width={180} />
          ) : isTooMany ? (
            <p className="danger">{t('tooMany', { max: number(preview.data?.max ?? 0) })}</p>
          ) : total === 0 ? (
            <p>{t('noOne')}</p>
          ) : (
            <>
              <p>
                <b>{t('willChange', { count: total, n: number(total) })}</b>
              </p>
              <p className="t3 sm">{t('background')}</p>
            </>
          )}
          {!isUp && <p className="warn">{t('away')}</p>}
          {refused && <p className="danger">{refused}</p>}
        </div>
        {mustTick && (
          <Checkbox
            label={t('sure', { count: total, n: number(total) })}
            isSelected={sure}
            onChange={setSure}
          />
        )}
      </div>
    </Dialog>
  )
}

function made(of: {
  doing: Doing
  assign: AssignMode
  person: string
  tagMode: TagMode
  tag: string
  board: string
  stage: string
}): BulkAction {
  const { doing, assign, person, tagMode, tag, board, stage } = of
  switch (doing) {
    case 'assign': {
      const people = person ? [person] : []
      if (assign === 'none') return { do: 'assign', owners: [] }
      // Nobody chosen yet must not read as "nobody".
      if (assign === 'replace') return person ? { do: 'assign', owners: people } : { do: 'assign' }
      return { do: 'assign', [assign]: people }
    }
    case 'tag':
      return { do: 'tag', [tagMode]: tag.trim() ? [tag.trim()] : [] }
    case 'move':
      return { do: 'move', board, stage }
    default:
      return { do: doing }
  }
}
