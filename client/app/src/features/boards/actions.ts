// What people do on a board: each action is one command (a few for more than 200 cards), shows
// itself at once, and knows how to take itself back.

import { type Answers, missingFor } from '@/features/activities/asks'
import { booking } from '@/features/customer/booking'
import { common } from '@/i18n/common'
import { CommandError, type CommandInit } from '@/live/engine'
import { engine, performOrThrow, sayRefused } from '@/live/live'
import { offerUndo, type Undo } from '@/live/undo'
import { announce } from '@/ui/announce'
import { toast } from '@/ui/toasts'
import type { Card, Requirement } from '@/wire/records'
import type { BoardControl } from './control'
import { userName } from './people'
import { boardTexts as t } from './texts'

const AT_ONCE = 200

/**
 * Gives the commands and offers to undo them; a refusal takes the offer back. `handled` may do
 * something better with a refusal than to say it.
 */
function run(
  commands: readonly CommandInit[],
  undo: Undo,
  quiet = false,
  handled: (error: CommandError) => boolean = () => false,
): void {
  const withdraw = offerUndo(undo, { quiet })
  const give = (init: CommandInit) =>
    performOrThrow(init).catch((error: unknown) => {
      if (error instanceof CommandError && !handled(error)) sayRefused(init, error)
      return undefined
    })
  void Promise.all(commands.map(give)).then((answers) => {
    if (answers.includes(undefined)) withdraw()
  })
}

export interface Target {
  stage: string
  /** The card above and below, as the mover sees them. */
  after?: string | undefined
  before?: string | undefined
}

function chunks<T>(list: readonly T[]): T[][] {
  const parts: T[][] = []
  for (let i = 0; i < list.length; i += AT_ONCE) parts.push(list.slice(i, i + AT_ONCE))
  return parts
}

function moveCommands(
  topic: string,
  ids: string[],
  target: Target,
  label: string,
  fields: object = {},
): CommandInit[] {
  const place = (after?: string, before?: string) => ({
    to_stage: target.stage,
    ...(after ? { after } : {}),
    ...(before ? { before } : {}),
    ...(Object.keys(fields).length > 0 ? { fields } : {}),
  })
  const [only] = ids
  if (ids.length === 1 && only) {
    const d = { card: only, ...place(target.after, target.before) }
    return [{ topic, op: 'card.move', d, label }]
  }
  let { after } = target
  return chunks(ids).map((cards) => {
    const d = { cards, ...place(after, target.before) }
    after = cards.at(-1)
    return { topic, op: 'card.move_many', d, label }
  })
}

/** Where the cards are now, as moves that would bring them back: one for each unbroken run. */
function placesOf(
  control: BoardControl,
  ids: readonly string[],
): { cards: string[]; at: Target }[] {
  const moving = new Set(ids)
  const places: { cards: string[]; at: Target }[] = []
  for (const stage of control.stages) {
    const order = control.orders.of(stage.id)
    let run: string[] = []
    let above: string | undefined
    for (let i = 0; i <= order.length; i++) {
      const id = order[i]
      if (id !== undefined && moving.has(id)) {
        run.push(id)
        continue
      }
      if (run.length > 0) {
        places.push({ cards: run, at: { stage: stage.id, after: above, before: id } })
        run = []
      }
      above = id
    }
  }
  return places
}

/** An appointment for the card's customer. */
export function bookFor(control: BoardControl, id: string): void {
  const card = control.card(id)
  if (card) booking.get()?.({ id: card.customer_id, name: card.title, card: id })
}

export const titleOf = (control: BoardControl, ids: readonly string[]): string => {
  const [only] = ids
  return ids.length === 1 && only
    ? (control.card(only)?.title ?? '')
    : t('cards', { count: ids.length })
}

/**
 * Moves, or first asks what the stage wants to know: then nothing is sent, and the cards stay where
 * they are until the reader has answered. The answers come back here.
 */
export function moveCards(
  control: BoardControl,
  ids: string[],
  target: Target,
  answers?: Answers,
): boolean {
  const stage = control.stage(target.stage)
  if (!stage || ids.length === 0 || isAlreadyThere(control, ids, target)) return false
  const entering = rowsOf(control, ids).filter((card) => card.stage_id !== target.stage)
  const changesStage = entering.length > 0
  const questions = answers ? [] : missingFor(stage, entering)
  if (questions.length > 0) {
    control.asking.set({ ids, target, questions })
    return false
  }
  const back = placesOf(control, ids)
  const text = changesStage
    ? ids.length === 1
      ? t('movedOne', { card: titleOf(control, ids), stage: stage.name })
      : t('moved', { count: ids.length, stage: stage.name })
    : t('reordered', { card: titleOf(control, ids) })
  const label = t('labelMove', { cards: titleOf(control, ids), stage: stage.name })
  const at = Date.now()
  for (const id of ids) {
    control.myMoves.set(id, { to: target.stage, at })
    control.movedBy.delete(id)
  }
  run(
    moveCommands(control.topic, ids, target, label, answers),
    {
      text,
      inverse: () =>
        back.flatMap(({ cards, at: place }) => moveCommands(control.topic, cards, place, label)),
      refusal: () => {
        const other = ids.find((id) => control.movedBy.has(id))
        return other
          ? t('undoOvertaken', {
              name: userName(control.movedBy.get(other) ?? ''),
              card: control.card(other)?.title ?? '',
            })
          : null
      },
    },
    !changesStage,
    (error) => {
      // The stage began to ask while we did not look.
      if (error.reason !== 'fields_required') return false
      const missing = (error.data?.missing ?? []) as Requirement[]
      control.asking.set({
        ids,
        target,
        questions: missing.map((field) => ({ field, required: true })),
      })
      return missing.length > 0
    },
  )
  return true
}

/** By menu, cards go on top of the stage, where they are seen; the focus goes along. */
export function moveOnTop(control: BoardControl, ids: string[], stage: string): void {
  const before = control.visible(stage).find((id) => !ids.includes(id))
  const focused = control.focused.get()
  if (moveCards(control, ids, { stage, before }) && focused && ids.includes(focused))
    followCard(control, focused)
}

function isAlreadyThere(control: BoardControl, ids: readonly string[], target: Target): boolean {
  const [only] = ids
  if (ids.length !== 1 || !only) return false
  if (control.card(only)?.stage_id !== target.stage) return false
  const order = control.visible(target.stage)
  const at = order.indexOf(only)
  return order[at - 1] === target.after && order[at + 1] === target.before
}

/** Ctrl+Shift+arrows: one place or one stage further, said aloud. */
export function moveByKey(control: BoardControl, id: string, key: string): void {
  const card = control.card(id)
  if (!card) return
  const ids = control.group(id)
  if (key === 'ArrowUp' || key === 'ArrowDown') {
    const moving = new Set(ids)
    const order = control.visible(card.stage_id)
    const rest = order.filter((other) => !moving.has(other))
    // Places are counted among the cards that stay.
    const now = order.slice(0, order.indexOf(ids[0] ?? id)).filter((o) => !moving.has(o)).length
    const next = now + (key === 'ArrowUp' ? -1 : 1)
    if (next < 0 || next > rest.length) return
    const to = { stage: card.stage_id, after: rest[next - 1], before: rest[next] }
    if (moveCards(control, ids, to)) followCard(control, id)
  } else {
    const { stages } = control
    const at = stages.findIndex((stage) => stage.id === card.stage_id)
    const stage = stages[at + (key === 'ArrowLeft' ? -1 : 1)]
    if (!stage) return
    const to = { stage: stage.id, before: control.visible(stage.id)[0] }
    if (moveCards(control, ids, to)) followCard(control, id)
  }
}

/** "Işık Ltd., Randevu, 3/41" */
export function sayPlace(control: BoardControl, id: string): void {
  const card = control.card(id)
  if (!card) return
  const order = control.visible(card.stage_id)
  const stage = control.stage(card.stage_id)?.name ?? ''
  announce(`${card.title}, ${stage}, ${order.indexOf(id) + 1}/${order.length}`)
}

/** "Işık Ltd. seçildi, 3 seçili" */
export function saySelected(control: BoardControl, id: string): void {
  const selected = control.selection.get()
  const name = control.card(id)?.title ?? ''
  const count = common('selected', { count: selected.size })
  announce(`${t(selected.has(id) ? 'isSelected' : 'isUnselected', { card: name })}, ${count}`)
}

/** After a menu or a key has moved cards: the focus goes along, and the new place is said. */
export function followCard(control: BoardControl, id: string): void {
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      control.focus(id)
      sayPlace(control, id)
    }),
  )
}

const rowsOf = (control: BoardControl, ids: readonly string[]): Card[] =>
  ids.map((id) => control.card(id)).filter((card) => card !== undefined)

/** Adds an owner to all, or takes it away when all have it. */
export function toggleOwner(control: BoardControl, ids: readonly string[], user: string): void {
  const cards = rowsOf(control, ids)
  const lacking = cards.filter((card) => !card.owners.includes(user))
  const remove = lacking.length === 0
  const touched = (remove ? cards : lacking).map((card) => card.id)
  const name = userName(user)
  const text = t(remove ? 'unassigned' : 'assigned', { cards: titleOf(control, touched), name })
  const commands = (taking: boolean): CommandInit[] =>
    chunks(touched).map((part) => ({
      topic: control.topic,
      op: 'card.assign',
      d: { cards: part, ...(taking ? { remove: [user] } : { add: [user] }) },
      label: t('labelAssign', { cards: titleOf(control, touched), name }),
    }))
  run(commands(remove), { text, inverse: () => commands(!remove) })
}

/** Tags belong to the customer; the board shows them on the card. */
export function toggleTag(control: BoardControl, ids: readonly string[], tag: string): void {
  const cards = rowsOf(control, ids)
  const lacking = cards.filter((card) => !card.tags.includes(tag))
  const remove = lacking.length === 0
  const touched = remove ? cards : lacking
  const customers = [...new Set(touched.map((card) => card.customer_id))]
  const text = t(remove ? 'untagged' : 'tagged', {
    cards: titleOf(
      control,
      touched.map((card) => card.id),
    ),
    tag,
  })
  const commands = (taking: boolean): CommandInit[] =>
    customers.map((customer) => ({
      topic: `customer:${customer}`,
      op: 'customer.tag',
      d: taking ? { remove: [tag] } : { add: [tag] },
      alsoOn: [control.topic],
      label: t('labelTag', { tag }),
    }))
  run(commands(remove), { text, inverse: () => commands(!remove) })
}

export function archiveCards(control: BoardControl, ids: readonly string[]): void {
  const cards = titleOf(control, ids)
  const text = t('archived', { cards })
  const label = t('labelArchive', { cards })
  const commands = (op: string): CommandInit[] =>
    chunks(ids).map((part) => ({ topic: control.topic, op, d: { cards: part }, label }))
  run(commands('card.archive'), { text, inverse: () => commands('card.restore') })
  control.clearSelection()
  requestAnimationFrame(() => {
    const next = control.nearest()
    if (next) control.focus(next)
  })
}

/** Somebody's move of a card that I moved seconds ago: say whose move stands. */
export function noticeOvertaken(control: BoardControl, id: string, by: string, to: string): void {
  const mine = control.myMoves.get(id)
  control.myMoves.delete(id)
  if (!mine || mine.to === to || Date.now() - mine.at > 10_000) return
  const stage = control.stage(to)?.name ?? ''
  toast(t('overtaken', { name: userName(by), card: control.card(id)?.title ?? '', stage }), {
    key: 'undo',
    action: {
      label: t('moveAgain'),
      run: () => void moveCards(control, [id], { stage: mine.to }),
    },
  })
}

/** A colleague took the card that has the focus somewhere else. */
export function sayMovedByOther(control: BoardControl, id: string, by: string): void {
  if (control.focused.get() !== id) return
  requestAnimationFrame(() => {
    const card = control.card(id)
    const stage = card && control.stage(card.stage_id)?.name
    if (stage) announce(t('movedByOther', { name: userName(by), card: card.title, stage }))
  })
}

export const tellDragging = (control: BoardControl, cards: readonly string[] | null): void => {
  const d =
    cards === null
      ? { card: null }
      : cards.length === 1
        ? { card: cards[0] }
        : { cards: cards.slice(0, 50) }
  engine.get()?.ephemeral(control.topic, 'dragging', d)
}
