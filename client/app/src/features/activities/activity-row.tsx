// One activity in a list: what, who, when, and how it ended.
import './activities.css'
import { EllipsisVertical, Pencil, RotateCcw, Undo2 } from 'lucide-react'
import { nextStep } from '@/features/boards/next-step'
import { usePeople } from '@/features/customers/people'
import { ago } from '@/i18n/ago'
import { useCommonTexts } from '@/i18n/common'
import { dateTime, money } from '@/i18n/format'
import { useMinute } from '@/live/hooks'
import { Avatar } from '@/ui/avatar'
import { Button, IconButton } from '@/ui/button'
import { Icon } from '@/ui/icon'
import { MenuButton, MenuItem } from '@/ui/menu'
import type { Activity, OutcomeFields } from '@/wire/work'
import { activityName, cancelActivity, reopenActivity } from './commands'
import { useActivityTexts } from './texts'
import { iconOf, useActivityTypes } from './types'

/** What was answered, in one line. */
export const fieldsSaid = (fields: OutcomeFields | null): string =>
  [
    fields?.amount && money(fields.amount),
    fields?.date && dateTime(new Date(fields.date)),
    fields?.lost_reason,
    fields?.quality,
    fields?.note,
  ]
    .filter(Boolean)
    .join(' · ')

export function ActivityRow({
  activity,
  canEdit,
  where,
  onClose,
  onEdit,
}: {
  activity: Activity
  canEdit: boolean
  /** Drawn before the rest, e.g. the customer in a list over customers. */
  where?: React.ReactNode
  /** Asks for the outcome. */
  onClose: () => void
  onEdit: () => void
}) {
  const t = useActivityTexts()
  const c = useCommonTexts()
  const types = useActivityTypes()
  const people = usePeople()
  useMinute()
  const type = types.of(activity.type_id)
  const name = activityName(activity, type)
  const isOpen = activity.state === 'open'
  const due = isOpen && activity.due_at ? nextStep(activity.due_at) : undefined
  const outcome = types.outcome(activity.outcome_id)
  const who = activity.assignee
  // Not answered by the server yet: there is nothing to name in a command.
  const isKnown = activity.version > 0 || activity.opened_by !== null
  return (
    <article
      className="work-row"
      aria-label={name}
      data-tone={due?.tone}
      data-done={isOpen ? undefined : true}
    >
      <span className="mk">
        <Icon of={iconOf(type?.icon)} />
      </span>
      <div>
        {where}
        <p className="ttl">{name || t('activity')}</p>
        {isOpen ? (
          <p className="row sm t2" style={{ gap: 6 }}>
            <span className="due" data-tone={due?.tone}>
              {due ? due.text : t('noDue')}
            </span>
            {who && <Avatar person={people.of(who)} />}
          </p>
        ) : (
          <p className="sm t2">
            {activity.state === 'cancelled' ? t('cancelledChip') : outcome?.name}
            {activity.closed_at && ` · ${ago(activity.closed_at)}`}
          </p>
        )}
        {activity.body && isOpen && <p className="sm t2">{activity.body}</p>}
        {!isOpen && fieldsSaid(activity.outcome) && (
          <p className="sm">{fieldsSaid(activity.outcome)}</p>
        )}
      </div>
      {canEdit && isKnown && (
        <span className="acts">
          {isOpen && (
            <Button small onPress={onClose} data-result>
              {t('result')}
            </Button>
          )}
          <MenuButton
            label={c('more')}
            placement="bottom end"
            button={<IconButton icon={EllipsisVertical} label={c('more')} small />}
          >
            {isOpen
              ? [
                  <MenuItem key="edit" icon={Pencil} onAction={onEdit}>
                    {t('editActivity')}
                  </MenuItem>,
                  <MenuItem
                    key="cancel"
                    icon={Undo2}
                    danger
                    onAction={() => cancelActivity(activity, name)}
                  >
                    {t('cancel')}
                  </MenuItem>,
                ]
              : [
                  <MenuItem key="reopen" icon={RotateCcw} onAction={() => reopenActivity(activity)}>
                    {t('reopen')}
                  </MenuItem>,
                ]}
          </MenuButton>
        </span>
      )}
    </article>
  )
}
