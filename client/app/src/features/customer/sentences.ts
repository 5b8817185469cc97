// One event of the journal as one readable line: what happened, in the reader's language. Names
// that the event does not carry come from the reader's own lists.
import {
  Archive,
  ArchiveRestore,
  GitFork,
  GitMerge,
  NotepadText,
  PenLine,
  SquareKanban,
  Tag,
  UserPlus,
  UserRound,
} from 'lucide-react'
import { sourceName } from '@/features/boards/source'
import { dateTime, money } from '@/i18n/format'
import type { Money, TimelineItem } from '@/wire/records'
import { fieldName } from './fields'
import {
  type Data,
  data,
  joined,
  type Names,
  type Sentence,
  text,
  texts,
  withDetail,
} from './sentence-parts'
import { sentenceTexts as t } from './sentence-texts'
import { workSentence } from './work-sentences'

function assigned(d: Data, names: Names): string {
  const card = data(d.card)
  const now = texts(d.owners ?? card.owners).map(names.user)
  const before = texts(d.before).map(names.user)
  const none = t('nobody')
  return `${before.join(', ') || none} → ${now.join(', ') || none}`
}

function cardDetail(d: Data): string | undefined {
  const card = data(d.card)
  const amount = card.amount as Money | null | undefined
  const due = text(card.next_due_at)
  return joined([
    text(card.need),
    amount && money(amount),
    due && dateTime(new Date(due)),
    text(card.lost_reason),
  ])
}

function source(customer: Data): string | undefined {
  const channel = text(data(customer.source).channel)
  const campaign = text(data(customer.utm).campaign ?? data(customer.utm).utm_campaign)
  return joined([channel && sourceName(channel), campaign])
}

function moved(d: Data, names: Names): string | undefined {
  const many = Array.isArray(d.cards) ? data(d.cards[0]) : undefined
  const stage = (id: unknown) => names.stage(String(id)) ?? t('otherStage')
  const to = stage(d.to)
  const from = many?.from ?? d.from
  return from === undefined || from === d.to ? to : `${stage(from)} → ${to}`
}

function tagged(d: Data): string | undefined {
  const add = texts(d.add)
  const remove = texts(d.remove)
  return joined([
    add.length > 0 && `+ ${add.join(', ')}`,
    remove.length > 0 && `− ${remove.join(', ')}`,
  ])
}

/** Undefined for events that say nothing about a customer. */
export function sentence(item: Pick<TimelineItem, 'op' | 'd'>, names: Names): Sentence | undefined {
  const { d } = item
  const customer = data(d.customer)
  const note = data(d.note)
  switch (item.op) {
    case 'customer.created': {
      const imported = data(customer.source).channel === 'import'
      return withDetail(
        imported ? 'import' : 'customer',
        UserPlus,
        t(imported ? 'imported' : 'created'),
        imported ? undefined : source(customer),
      )
    }
    case 'customer.updated': {
      const changed = texts(d.changed).filter((field) => !/_touch_at$/.test(field))
      if (changed.length === 0)
        return withDetail('customer', UserPlus, t('cameAgain'), source(customer))
      return withDetail('customer', PenLine, t('updated'), joined(changed.map(fieldName), ', '))
    }
    case 'customer.tagged':
      return withDetail('customer', Tag, t('tags'), tagged(d))
    case 'customer.assigned':
      return withDetail('customer', UserRound, t('owner'), assigned(d, names))
    case 'lead.received':
      return withDetail(
        'customer',
        UserPlus,
        t(d.created === true ? 'leadNew' : 'leadAgain'),
        source(d),
        joined([text(d.need), text(d.note)]),
      )
    case 'customer.archived':
      return withDetail('customer', Archive, t('archived'))
    case 'customer.restored':
      return withDetail('customer', ArchiveRestore, t('restored'))
    case 'customer.merged':
      return withDetail(
        'merge',
        GitMerge,
        t('merged'),
        text(d.loser_name) ?? text(data(d.winner).name),
      )
    case 'customer.unmerged':
      return withDetail('merge', GitFork, t('unmerged'), text(data(d.loser).name))
    case 'note.added':
      return withDetail('note', NotepadText, t('note'), text(note.body))
    case 'note.edited':
      return withDetail('note', NotepadText, t('noteEdited'), text(note.body))
    case 'note.removed':
      return withDetail('note', NotepadText, t('noteRemoved'))
    case 'card.created':
    case 'card.created_many':
    case 'card.imported':
      return withDetail(
        'card',
        SquareKanban,
        t('cardCreated'),
        joined([
          names.board(String(d.board ?? data(d.card).board_id)),
          names.stage(String(data(d.card).stage_id)),
        ]),
        cardDetail(d),
      )
    case 'card.moved':
    case 'card.moved_many':
      return withDetail('card', SquareKanban, t('stage'), moved(d, names))
    case 'card.updated':
      return withDetail('card', SquareKanban, t('cardUpdated'), cardDetail(d))
    case 'card.assigned':
      return withDetail('card', SquareKanban, t('owner'), assigned(d, names))
    case 'card.archived':
      return withDetail('card', Archive, t('cardArchived'), names.board(String(d.board)))
    case 'card.restored':
      return withDetail('card', ArchiveRestore, t('cardRestored'), names.board(String(d.board)))
    default:
      return workSentence(item.op, d, names)
  }
}
