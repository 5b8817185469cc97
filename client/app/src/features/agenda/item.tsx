// An appointment as it is drawn: its state as icon, ground and word, never by colour alone.
import type { LucideIcon } from 'lucide-react'
import {
  Check,
  CheckCheck,
  CircleDashed,
  DoorOpen,
  Globe,
  Hourglass,
  Repeat,
  UserX,
  X,
} from 'lucide-react'
import type { CSSProperties, KeyboardEvent } from 'react'
import { useMark } from '@/features/boards/freshness'
import { clock } from '@/i18n/format'
import { Icon } from '@/ui/icon'
import type { Appointment, Service } from '@/wire/agenda'
import type { AppointmentState } from '@/wire/work'
import { changes } from './changes'
import { nameOf } from './commands'
import { type Entry, isKnown } from './range'
import { agendaTexts, useAgendaTexts } from './texts'

export const stateIcons: Record<AppointmentState, LucideIcon> = {
  booked: CircleDashed,
  confirmed: Check,
  arrived: DoorOpen,
  done: CheckCheck,
  no_show: UserX,
  cancelled: X,
}

/** It should have begun, and nobody said that they are here. */
export const isLate = ({ state, starts_at }: Appointment, now: Date): boolean =>
  (state === 'booked' || state === 'confirmed') && Date.parse(starts_at) < now.getTime()

/** What a late one is called: awaited, or over without anybody's word. */
export const lateText = (of: Appointment, now: Date): string =>
  agendaTexts(Date.parse(of.ends_at) < now.getTime() ? 'unclosed' : 'late')

export const timeText = (starts: Date, ends: Date): string => `${clock(starts)}–${clock(ends)}`

/** What it is about besides its name. */
export const aboutOf = (of: Appointment, service: Service | undefined): string => {
  const said = [of.title, service?.name, of.place].filter(
    (text): text is string => Boolean(text) && text !== nameOf(of, service),
  )
  return [...new Set(said)].join(' · ')
}

export function StateMark({ of, now }: { of: Appointment; now: Date }) {
  return (
    <span className="appt-mark">
      <Icon of={isLate(of, now) ? Hourglass : stateIcons[of.state]} size="s" />
      {of.series_id && <Icon of={Repeat} size="s" />}
      {of.source === 'public' && <Icon of={Globe} size="s" />}
    </span>
  )
}

/** What is drawn and not written: state, repetition, whose time it is. */
export function heardOf(of: Appointment, now: Date, people: readonly string[]): string {
  const t = agendaTexts
  return [
    isLate(of, now) ? lateText(of, now) : t(`state.${of.state}`),
    of.series_id ? t('series') : '',
    of.source === 'public' ? t('online') : '',
    ...people,
  ]
    .filter(Boolean)
    .join(', ')
}

/** All of it in words, for those who hear it. */
export function spokenOf(
  entry: Entry,
  now: Date,
  service: Service | undefined,
  people: readonly string[],
): string {
  const { of } = entry
  const time = timeText(entry.starts, entry.ends)
  if (!of) return [time, agendaTexts('busy'), ...people].join(', ')
  return [nameOf(of, service), time, aboutOf(of, service), heardOf(of, now, people)]
    .filter(Boolean)
    .join(', ')
}

export function Item({
  entry,
  service,
  people,
  now,
  style,
  minutes,
  isOpen,
  isCarried,
  isHandle,
  onOpen,
  onKeyDown,
}: {
  entry: Entry
  service: Service | undefined
  /** The names of those whose time it is. */
  people: readonly string[]
  now: Date
  style: CSSProperties
  /** How long the piece that is drawn is. */
  minutes: number
  isOpen: boolean
  isCarried: boolean
  isHandle: boolean
  onOpen: (id: string) => void
  onKeyDown?: (event: KeyboardEvent<HTMLElement>) => void
}) {
  const t = useAgendaTexts()
  const mark = useMark(changes, entry.key)
  const { of } = entry
  if (!of) {
    return (
      <div className="appt busy" style={style}>
        <span className="vh">{spokenOf(entry, now, undefined, people)}</span>
        <span aria-hidden="true">{t('busy')}</span>
      </div>
    )
  }
  const about = aboutOf(of, service)
  const isShort = minutes < 40
  return (
    <button
      type="button"
      className="appt"
      style={style}
      data-entry={entry.key}
      data-state={of.state}
      data-late={isLate(of, now) || undefined}
      data-pending={entry.pending || undefined}
      data-open={isOpen || undefined}
      data-fresh={mark?.level}
      data-carried={isCarried || undefined}
      data-short={isShort || undefined}
      data-handle={isHandle || undefined}
      aria-haspopup="dialog"
      onClick={(event) => {
        event.stopPropagation()
        if (isKnown(entry)) onOpen(of.id)
      }}
      {...(onKeyDown ? { onKeyDown } : {})}
    >
      {isHandle && <i className="edge" data-edge="start" />}
      <span className="appt-line">
        <b className="el">{nameOf(of, service)}</b>
        <StateMark of={of} now={now} />
      </span>
      <span className="appt-time">
        {isShort ? clock(entry.starts) : timeText(entry.starts, entry.ends)}
      </span>
      {about && <span className={minutes >= 50 ? 'appt-about' : 'vh'}>{about}</span>}
      <span className="vh">
        {isShort && `–${clock(entry.ends)}, `}
        {heardOf(of, now, people)}
      </span>
      {isHandle && <i className="edge" data-edge="end" />}
    </button>
  )
}
