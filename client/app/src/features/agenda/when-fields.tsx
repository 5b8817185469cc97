// When, how long, with whom and where: with the free times to choose from.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import { usePeople } from '@/features/customers/people'
import { clock } from '@/i18n/format'
import { useTopicEvents } from '@/live/hooks'
import { api } from '@/session/api'
import { useSignedIn } from '@/session/session'
import { Avatar } from '@/ui/avatar'
import { Button } from '@/ui/button'
import { TextField } from '@/ui/field'
import { FilterSelect } from '@/ui/filter-select'
import { Icon } from '@/ui/icon'
import type { Service, Slot } from '@/wire/agenda'
import { whenText } from './commands'
import { atMinute, clockMinutes, clockText, type Day, dayOf, minuteOf } from './days'
import { resourceIcon } from './kinds'
import { AGENDA } from './model'
import { useBookables } from './range'
import { useAgendaTexts } from './texts'

export interface When {
  day: Day
  /** "10:30" */
  time: string
  minutes: string
  people: string[]
  resources: string[]
}

const LENGTHS = [15, 30, 45, 60, 90]
const SHOWN = 10
const SLOT_DAYS = 7

export const minutesOf = ({ minutes }: When): number | undefined => {
  const value = Number(minutes)
  return Number.isInteger(value) && value >= 5 && value <= 1440 ? value : undefined
}
export const startOf = ({ day, time }: When): Date | undefined =>
  day && /^\d\d:\d\d/.test(time) ? atMinute(day, clockMinutes(time)) : undefined

/** Undefined while something is missing or makes no sense. */
export function spanOf(when: When): { starts_at: string; ends_at: string } | undefined {
  const start = startOf(when)
  const minutes = minutesOf(when)
  if (!start || minutes === undefined) return undefined
  return {
    starts_at: start.toISOString(),
    ends_at: new Date(start.getTime() + minutes * 60_000).toISOString(),
  }
}

export const whenAt = (start: Date): Pick<When, 'day' | 'time'> => ({
  day: dayOf(start),
  time: clockText(minuteOf(start)),
})

/** Free times of the chosen day and the days behind it. */
function useSlots(when: When, service: Service | undefined, except: string | undefined) {
  const queries = useQueryClient()
  const minutes = minutesOf(when)
  const { user } = useSignedIn()
  const { day, resources } = when
  // Nobody chosen for what anybody may do is me, as it is booked.
  const people =
    when.people.length === 0 && service?.people.length === 0 ? [user.id as string] : when.people
  const today = dayOf(new Date())
  const listener = useCallback(
    () => void queries.invalidateQueries({ queryKey: [AGENDA, 'slots'] }),
    [queries],
  )
  useTopicEvents(AGENDA, listener)
  return useQuery({
    queryKey: [AGENDA, 'slots', day, minutes, service?.id, people.join(), resources.join(), except],
    queryFn: async ({ signal }) => {
      const from = day > today ? atMinute(day, 0) : new Date()
      const { items } = await api.get<{ items: Slot[] }>(
        '/agenda/slots',
        {
          service: service?.id,
          person: people.join(','),
          resource: resources.join(','),
          minutes,
          from: from.toISOString(),
          days: SLOT_DAYS,
          except,
        },
        signal,
      )
      return items
    },
    enabled: Boolean(day) && day >= today && minutes !== undefined,
    staleTime: 10_000,
  })
}

function FreeTimes({
  when,
  service,
  except,
  onPick,
}: {
  when: When
  service: Service | undefined
  except: string | undefined
  onPick: (start: Date) => void
}) {
  const t = useAgendaTexts()
  const { settings } = useBookables()
  const [all, setAll] = useState(false)
  const { data, isFetching } = useSlots(when, service, except)
  if (!data) return null
  const start = startOf(when)?.toISOString()
  const today = data.filter((slot) => dayOf(new Date(slot.starts_at)) === when.day)
  const later = data.filter((slot) => dayOf(new Date(slot.starts_at)) > when.day).slice(0, 3)
  const shown = all ? today : nearest(today, start, SHOWN)
  // Only the marks of the clock are offered; a time between them may be free all the same.
  const onMark = clockMinutes(when.time || '0') % (settings?.step_minutes ?? 15) === 0
  const looksTaken = Boolean(
    !isFetching && start && onMark && !today.some((slot) => isAt(slot, start)),
  )
  return (
    <div className="field" aria-busy={isFetching}>
      <span className="lbl">{t('freeTimes')}</span>
      <div className="chips" role="group" aria-label={t('freeTimes')}>
        {shown.map((slot) => {
          const isOn = isAt(slot, start)
          return (
            <button
              key={slot.starts_at}
              type="button"
              className={isOn ? 'fchip on' : 'fchip'}
              aria-pressed={isOn}
              onClick={() => onPick(new Date(slot.starts_at))}
            >
              {clock(new Date(slot.starts_at))}
            </button>
          )
        })}
        {shown.length < today.length && (
          <Button small tone="quiet" onPress={() => setAll(true)}>
            {t('allTimes', { count: today.length })}
          </Button>
        )}
        {today.length === 0 && <span className="t3 sm">{t('noFreeToday')}</span>}
        {today.length === 0 &&
          later.map((slot) => (
            <button
              key={slot.starts_at}
              type="button"
              className="fchip"
              onClick={() => onPick(new Date(slot.starts_at))}
            >
              {whenText(new Date(slot.starts_at))}
            </button>
          ))}
      </div>
      {looksTaken && <span className="hint warn">{t('looksTaken')}</span>}
    </div>
  )
}

const isAt = (slot: Slot, start: string | undefined): boolean =>
  start !== undefined && Date.parse(slot.starts_at) === Date.parse(start)

/** Those around the chosen time. */
export function nearest(slots: readonly Slot[], start: string | undefined, most: number): Slot[] {
  if (!start || slots.length <= most) return slots.slice(0, most)
  const at = slots.findIndex((slot) => Date.parse(slot.starts_at) >= Date.parse(start))
  const first = at < 0 ? slots.length - most : Math.max(0, Math.min(at - 3, slots.length - most))
  return slots.slice(first, first + most)
}

export function WhenFields({
  value,
  onChange,
  service,
  errors,
  tried,
  except,
}: {
  value: When
  onChange: (next: When) => void
  service: Service | undefined
  errors: Record<string, string>
  tried: boolean
  /** An appointment that moves: its own time counts as free. */
  except?: string
}) {
  const t = useAgendaTexts()
  const { user } = useSignedIn()
  const people = usePeople()
  const { resources } = useBookables()
  const set = (next: Partial<When>) => onChange({ ...value, ...next })
  const able = people.active.filter(
    (each) =>
      !service?.people.length || service.people.includes(each.id) || value.people.includes(each.id),
  )
  const fitting = resources.filter(
    (each) =>
      !service?.resources.length ||
      service.resources.includes(each.id) ||
      value.resources.includes(each.id),
  )
  const timeError = tried && !startOf(value) ? t('badTime') : (errors.starts_at ?? undefined)
  const lengthError =
    tried && minutesOf(value) === undefined ? t('badLength') : (errors.ends_at ?? undefined)
  const nobody = service?.people.length ? t('anybodyFree') : t('meAlone', { name: user.name })
  return (
    <>
      <div className="pair trio">
        <TextField
          label={t('day')}
          type="date"
          value={value.day}
          onChange={(day) => set({ day })}
          error={tried && !value.day ? t('badTime') : undefined}
        />
        <TextField
          label={t('time')}
          type="time"
          value={value.time}
          onChange={(time) => set({ time })}
          error={timeError}
        />
        <TextField
          label={t('length')}
          inputMode="numeric"
          value={value.minutes}
          onChange={(minutes) => set({ minutes })}
          error={lengthError}
        />
      </div>
      <div className="chips" role="group" aria-label={t('length')}>
        {LENGTHS.map((minutes) => (
          <button
            key={minutes}
            type="button"
            className={value.minutes === String(minutes) ? 'fchip on' : 'fchip'}
            aria-pressed={value.minutes === String(minutes)}
            onClick={() => set({ minutes: String(minutes) })}
          >
            {t('minutes', { n: minutes })}
          </button>
        ))}
      </div>
      <div className="field">
        <span className="lbl">{t('withWhom')}</span>
        <div className="chips">
          <FilterSelect
            label={t('people')}
            options={able.map((each) => ({
              id: each.id,
              label: each.name,
              mark: <Avatar person={each} />,
            }))}
            value={value.people}
            onChange={(next) => set({ people: next })}
            searchLabel={t('findWhose')}
            emptyText={t('nobodyFound')}
          />
          {fitting.length > 0 && (
            <FilterSelect
              label={t('resources')}
              options={fitting.map((each) => ({
                id: each.id,
                label: each.name,
                mark: <Icon of={resourceIcon(each.kind)} />,
              }))}
              value={value.resources}
              onChange={(next) => set({ resources: next })}
              searchLabel={t('findWhose')}
              emptyText={t('nobodyFound')}
            />
          )}
        </div>
        {value.people.length === 0 && <span className="hint">{nobody}</span>}
        {(errors.people ?? errors.resources) && (
          <span className="ferr" role="alert">
            {errors.people ?? errors.resources}
          </span>
        )}
      </div>
      <FreeTimes
        when={value}
        service={service}
        except={except}
        onPick={(start) => set(whenAt(start))}
      />
    </>
  )
}
