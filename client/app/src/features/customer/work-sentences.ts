// Events of the working day as readable lines: activities, reminders, appointments, rules.
import {
  Bell,
  BellRing,
  CalendarCheck,
  CalendarDays,
  CalendarX,
  CircleCheck,
  ListChecks,
  Workflow,
} from 'lucide-react'
import { clock, dateTime, money } from '@/i18n/format'
import type { Money } from '@/wire/records'
import {
  type Data,
  data,
  joined,
  type Names,
  type Sentence,
  text,
  withDetail,
} from './sentence-parts'
import { sentenceTexts as t } from './sentence-texts'

const at = (value: unknown): string | undefined => {
  const found = text(value)
  return found && dateTime(new Date(found))
}

/** Both ends on one day share it: "21 Kas 2026 14.30–15.00". */
function span(from: unknown, to: unknown): string | undefined {
  const start = at(from)
  const end = text(to)
  return start && end ? `${start}–${clock(new Date(end))}` : start
}

function outcomeFields(fields: Data): string | undefined {
  const amount = fields.amount as Money | null | undefined
  return joined([
    amount && money(amount),
    at(fields.date),
    text(fields.lost_reason),
    text(fields.quality),
    text(fields.note),
  ])
}

function activity(verb: string, d: Data, names: Names): Sentence {
  const of = data(d.activity)
  const type = text(of.type_id) && names.activityType(String(of.type_id))
  const title = text(of.title)
  const name = joined([type, title === type ? undefined : title])
  const who = text(of.assignee) && names.user(String(of.assignee))
  switch (verb) {
    case 'opened':
      return withDetail(
        'activity',
        ListChecks,
        t('activityOpened'),
        name,
        joined([at(of.due_at), who, text(of.body)]),
      )
    case 'updated':
      return withDetail(
        'activity',
        ListChecks,
        t('activityUpdated'),
        name,
        joined([at(of.due_at), who]),
      )
    case 'closed': {
      const outcome = text(of.outcome_id) && names.outcome(String(of.outcome_id))
      return withDetail(
        'activity',
        CircleCheck,
        t('activityClosed'),
        joined([name, outcome], ' → '),
        outcomeFields(data(of.outcome)),
      )
    }
    case 'cancelled':
      return withDetail('activity', ListChecks, t('activityCancelled'), name, text(d.reason))
    case 'reopened':
      return withDetail('activity', ListChecks, t('activityReopened'), name)
    default:
      return withDetail('activity', ListChecks, t('activityOther'), name)
  }
}

const reminderWords = {
  added: 'reminderAdded',
  updated: 'reminderUpdated',
  snoozed: 'reminderSnoozed',
  done: 'reminderDone',
  cancelled: 'reminderCancelled',
  reopened: 'reminderReopened',
  fired: 'reminderFired',
} as const

function reminder(verb: string, d: Data, names: Names): Sentence {
  const of = data(d.reminder)
  const word = reminderWords[verb as keyof typeof reminderWords] ?? 'reminderOther'
  const isAhead = verb === 'added' || verb === 'updated' || verb === 'snoozed'
  const who = text(of.assignee) && names.user(String(of.assignee))
  return withDetail(
    'reminder',
    verb === 'fired' ? BellRing : Bell,
    t(word),
    text(of.text),
    joined([isAhead && at(of.due_at), isAhead && who]),
  )
}

const appointmentWords = {
  booked: ['appointmentBooked', CalendarDays],
  moved: ['appointmentMoved', CalendarDays],
  updated: ['appointmentUpdated', CalendarDays],
  confirmed: ['appointmentConfirmed', CalendarCheck],
  arrived: ['appointmentArrived', CalendarCheck],
  finished: ['appointmentFinished', CalendarCheck],
  no_show: ['appointmentNoShow', CalendarX],
  cancelled: ['appointmentCancelled', CalendarX],
  restored: ['appointmentRestored', CalendarDays],
} as const

function appointment(verb: string, d: Data, names: Names): Sentence {
  const of = data(d.appointment)
  const [word, icon] =
    appointmentWords[verb as keyof typeof appointmentWords] ??
    (['appointmentOther', CalendarDays] as const)
  const people = Array.isArray(of.people) ? of.people.map((id) => names.user(String(id))) : []
  return withDetail(
    'appointment',
    icon,
    t(word),
    joined([span(of.starts_at, of.ends_at), text(of.title)]),
    joined([people.join(', '), text(of.place), verb === 'cancelled' && text(of.reason)]),
  )
}

function rule(verb: string, d: Data): Sentence {
  const word = verb === 'ran' ? 'ruleRan' : verb === 'failed' ? 'ruleFailed' : 'ruleSkipped'
  const known = verb === 'ran' || verb === 'failed' || verb === 'skipped'
  const name = text(d.name) ?? text(data(d.rule).name) ?? text(d.rule_name)
  return withDetail('rule', Workflow, t(known ? word : 'ruleOther'), name, text(d.reason))
}

export function workSentence(op: string, d: Data, names: Names): Sentence | undefined {
  const [noun, verb = ''] = op.split('.')
  switch (noun) {
    case 'activity':
      return activity(verb, d, names)
    case 'reminder':
      return reminder(verb, d, names)
    case 'appointment':
      return appointment(verb, d, names)
    case 'rule':
      return rule(verb, d)
    default:
      return undefined
  }
}
