// One reminder in a list: what, when, whose; done and put off with one press.
import '@/features/activities/activities.css'
import {
  Bell,
  Check,
  Clock,
  EllipsisVertical,
  Pencil,
  Repeat2,
  RotateCcw,
  Undo2,
} from 'lucide-react'
import type { ReactNode } from 'react'
import { nextStep } from '@/features/boards/next-step'
import { usePeople } from '@/features/customers/people'
import { useCommonTexts } from '@/i18n/common'
import { useMinute } from '@/live/hooks'
import { Avatar } from '@/ui/avatar'
import { IconButton } from '@/ui/button'
import { Icon } from '@/ui/icon'
import { MenuButton, MenuItem } from '@/ui/menu'
import type { Reminder } from '@/wire/work'
import {
  cancelReminder,
  doneReminder,
  reminderName,
  reopenReminder,
  snoozeReminder,
} from './commands'
import { useReminderTexts } from './texts'
import { quickTimes } from './times'

export function ReminderRow({
  reminder,
  canEdit,
  where,
  me,
  onEdit,
}: {
  reminder: Reminder
  canEdit: boolean
  /** Drawn before the rest, e.g. the customer in a list over customers. */
  where?: ReactNode
  me: string
  onEdit: () => void
}) {
  const t = useReminderTexts()
  const c = useCommonTexts()
  const people = usePeople()
  useMinute()
  const isOpen = reminder.state === 'open'
  const due = nextStep(reminder.due_at)
  const name = reminderName(reminder)
  const isKnown = reminder.version > 0 || reminder.created_by !== null
  return (
    <article
      className="work-row"
      aria-label={name}
      data-tone={isOpen ? due.tone : undefined}
      data-done={isOpen ? undefined : true}
    >
      <span className="mk">
        <Icon of={Bell} />
      </span>
      <div>
        {where}
        <p className="ttl">{name}</p>
        <p className="row sm t2" style={{ gap: 6 }}>
          <span className="due" data-tone={isOpen ? due.tone : undefined}>
            {due.text}
          </span>
          {reminder.repeat && (
            <span className="row" style={{ gap: 3 }}>
              <Icon of={Repeat2} size="s" />
              {t(`repeats_${reminder.repeat.every}`, { count: reminder.repeat.n })}
            </span>
          )}
          {reminder.assignee !== me && <Avatar person={people.of(reminder.assignee)} />}
        </p>
      </div>
      {canEdit && isKnown && (
        <span className="acts">
          {isOpen && (
            <>
              <IconButton
                icon={Check}
                small
                label={`${t('done')}: ${name}`}
                onPress={() => doneReminder(reminder)}
              />
              <SnoozeMenu reminder={reminder} onOther={onEdit} />
            </>
          )}
          <MenuButton
            label={c('more')}
            placement="bottom end"
            button={<IconButton icon={EllipsisVertical} label={c('more')} small />}
          >
            {isOpen
              ? [
                  <MenuItem key="edit" icon={Pencil} onAction={onEdit}>
                    {t('editReminder')}
                  </MenuItem>,
                  <MenuItem
                    key="cancel"
                    icon={Undo2}
                    danger
                    onAction={() => cancelReminder(reminder)}
                  >
                    {t('cancel')}
                  </MenuItem>,
                ]
              : [
                  <MenuItem key="reopen" icon={RotateCcw} onAction={() => reopenReminder(reminder)}>
                    {t('reopen')}
                  </MenuItem>,
                ]}
          </MenuButton>
        </span>
      )}
    </article>
  )
}

function SnoozeMenu({ reminder, onOther }: { reminder: Reminder; onOther: () => void }) {
  const t = useReminderTexts()
  return (
    <MenuButton
      label={t('snooze')}
      placement="bottom end"
      button={<IconButton icon={Clock} small label={`${t('snooze')}: ${reminderName(reminder)}`} />}
    >
      {[
        ...quickTimes(new Date()).map(({ id, at }) => (
          <MenuItem key={id} onAction={() => snoozeReminder(reminder, at)}>
            {t(`quick.${id}`)}
          </MenuItem>
        )),
        <MenuItem key="other" onAction={onOther}>
          {t('otherTime')}
        </MenuItem>,
      ]}
    </MenuButton>
  )
}
