// What can be done with appointments. Shown at once; what the server refuses goes back, and a time
// that cannot be had asks for another one.
import { clock, dayMonth, weekday } from '@/i18n/format'
import { CommandError, type CommandInit } from '@/live/engine'
import { engine, performOrThrow, sayRefused } from '@/live/live'
import { offerUndo } from '@/live/undo'
import { session } from '@/session/session'
import type { Appointment, RepeatRule, Scope, Slot } from '@/wire/agenda'
import { AGENDA, type Said } from './model'
import { agendaTexts as t } from './texts'

/** "Sal 24 Kas 10.30" */
export const whenText = (at: Date): string => `${weekday(at)} ${dayMonth(at)} ${clock(at)}`

/** Whom or what it is about. */
export const nameOf = (of: Appointment, service?: { name: string }): string =>
  of.customer_name || of.guest?.name || of.title || service?.name || t('appointment')

const command = (op: string, d: Record<string, unknown>, label: string): CommandInit => ({
  topic: AGENDA,
  op: `appointment.${op}`,
  d,
  label,
})

export interface Hindrance {
  reason: 'slot_taken' | 'outside_hours'
  /** The next times that can be had. */
  free: Slot[]
  /** The times that cannot. */
  at: string[]
}

/** Why a time cannot be had, if that is what was refused. */
export function hindranceOf(error: unknown): Hindrance | undefined {
  if (!(error instanceof CommandError)) return undefined
  const { reason, data } = error
  if (reason !== 'slot_taken' && reason !== 'outside_hours') return undefined
  const { free = [], at = [] } = (data ?? {}) as { free?: Slot[]; at?: string[] }
  return { reason, free, at }
}

export interface Booking {
  customer_id?: string
  guest?: { name: string; phone?: string; email?: string }
  title?: string
  service_id?: string
  starts_at: string
  ends_at: string
  people?: string[]
  resources?: string[]
  place?: string
  note?: string
  repeat?: RepeatRule
  force_hours?: boolean
}

/** Books, and rejects with what the server said. */
export async function book(booking: Booking, name: string): Promise<void> {
  const label = t('booked', { name, when: whenText(new Date(booking.starts_at)) })
  const answer = await performOrThrow(command('book', { ...booking }, label))
  const made = answer.d as
    | { appointment_id?: string; appointment_ids?: string[]; skipped?: number }
    | undefined
  const id = made?.appointment_id
  if (!id) return
  const count = made.appointment_ids?.length ?? 1
  const text =
    count > 1
      ? made.skipped
        ? t('bookedSeriesSkipped', { name, count, skipped: made.skipped })
        : t('bookedSeries', { name, count })
      : label
  const d = { appointment: id, reason: t('takenBack'), scope: count > 1 ? 'following' : 'one' }
  offerUndo({ text, inverse: () => [command('cancel', d, text)] })
}

export interface Place {
  starts_at: string
  ends_at: string
  people: string[]
  resources: string[]
}

const placeOf = ({ starts_at, ends_at, people, resources }: Appointment): Place => ({
  starts_at,
  ends_at,
  people,
  resources,
})

/** Has somebody else changed it since? What I did since is taken back first. */
const overtaken = (id: string, version: () => number | undefined) => () => {
  const known = version()
  const last = engine.get()?.find(AGENDA)?.get<Said>('said', id)
  if (known === undefined || !last || last.of.version <= known) return null
  const me = session.state.status === 'in' ? session.state.user.id : null
  return last.by === me ? null : t('changedSince')
}

/** Moves, and rejects with what the server said. */
export async function move(
  of: Appointment,
  to: Place,
  { scope = 'one', force = false }: { scope?: Scope; force?: boolean } = {},
): Promise<void> {
  const name = nameOf(of)
  const label = t('moved', { name, when: whenText(new Date(to.starts_at)) })
  const d = {
    appointment: of.id,
    ...to,
    ...(scope === 'following' ? { scope } : {}),
    ...(force ? { force_hours: true } : {}),
  }
  let version: number | undefined
  const answer = performOrThrow(command('move', d, label))
  const withdraw = offerUndo({
    text: label,
    inverse: () => [
      command('move', { ...d, ...placeOf(of), force_hours: true }, label),
      // Another start took the yes back; the old start brings it again.
      ...(of.state === 'confirmed' && of.starts_at !== to.starts_at
        ? [command('confirm', { appointment: of.id }, label)]
        : []),
    ],
    refusal: overtaken(of.id, () => version),
  })
  await answer.then(
    (res) => {
      version = (res.d as { version?: number } | undefined)?.version
    },
    (error: unknown) => {
      withdraw()
      throw error
    },
  )
}

/** The drag or key that moved it has nobody who waits: a refusal that names other times is asked about. */
export function moveOrAsk(
  of: Appointment,
  to: Place,
  ask: (hindrance: Hindrance, to: Place) => void,
  force = false,
): void {
  move(of, to, { force }).catch((error: unknown) => {
    const hindrance = hindranceOf(error)
    if (hindrance) ask(hindrance, to)
    else if (error instanceof CommandError) {
      sayRefused(command('move', {}, t('move')), error)
    }
  })
}

export type Step = 'confirm' | 'arrive' | 'finish' | 'no_show' | 'restore'

/** Which steps are possible now. */
export function stepsOf({ state }: Appointment): Step[] {
  switch (state) {
    case 'booked':
      return ['confirm', 'arrive', 'finish', 'no_show']
    case 'confirmed':
      return ['arrive', 'finish', 'no_show']
    case 'arrived':
      return ['finish', 'no_show', 'restore']
    case 'no_show':
      return ['arrive', 'restore']
    default:
      return ['restore']
  }
}

export const isOpen = ({ state }: Appointment): boolean =>
  state === 'booked' || state === 'confirmed' || state === 'arrived'
export const canMove = ({ state }: Appointment): boolean =>
  state === 'booked' || state === 'confirmed'

/** What brings it back to the state it had. */
function back(of: Appointment, label: string, scope: Scope = 'one'): CommandInit[] {
  const about = { appointment: of.id }
  const all = [command('restore', scope === 'following' ? { ...about, scope } : about, label)]
  if (of.state === 'confirmed') all.push(command('confirm', about, label))
  if (of.state === 'arrived') all.push(command('arrive', about, label))
  return all
}

/** One step on; rejects only with a time that cannot be had again. */
export async function step(of: Appointment, to: Step): Promise<void> {
  const label = t(`said.${to}`, { name: nameOf(of) })
  const answer = performOrThrow(command(to, { appointment: of.id }, label))
  // There is no way back from a yes, nor from what was brought back.
  const withdraw =
    to === 'confirm' || to === 'restore'
      ? undefined
      : offerUndo({ text: label, inverse: () => back(of, label) })
  await answer.catch((error: unknown) => {
    withdraw?.()
    if (hindranceOf(error)) throw error
    if (error instanceof CommandError) sayRefused(command(to, {}, label), error)
  })
}

export async function cancel(of: Appointment, reason: string, scope: Scope): Promise<void> {
  const label = t('cancelledSaid', { name: nameOf(of), when: whenText(new Date(of.starts_at)) })
  const d = { appointment: of.id, reason, ...(scope === 'following' ? { scope } : {}) }
  const answer = performOrThrow(command('cancel', d, label))
  const withdraw = offerUndo({ text: label, inverse: () => back(of, label, scope) })
  await answer.catch((error: unknown) => {
    withdraw()
    throw error
  })
}

export interface Words {
  title: string | null
  place: string | null
  note: string | null
}

/** Title, place and note. */
export async function update(of: Appointment, words: Words): Promise<void> {
  const label = t('saved', { name: nameOf(of) })
  const d = { appointment: of.id, ...words }
  const { title, place, note } = of
  const answer = performOrThrow(command('update', d, label))
  const withdraw = offerUndo(
    {
      text: label,
      inverse: () => [command('update', { appointment: of.id, title, place, note }, label)],
    },
    { quiet: true },
  )
  await answer.catch((error: unknown) => {
    withdraw()
    throw error
  })
}
