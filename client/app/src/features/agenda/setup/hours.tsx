// Working hours of the house, of a person, of a resource: a week with its breaks.
import { Plus, X } from 'lucide-react'
import { useState } from 'react'
import { usePeople } from '@/features/customers/people'
import { Part } from '@/shell/sections'
import { Button, IconButton } from '@/ui/button'
import { Checkbox, SelectField } from '@/ui/field'
import type { Of, Week } from '@/wire/agenda'
import { dayName } from '../day-names'
import { weekOf } from '../layout'
import type { Bookables } from '../range'
import { refusedFields, refusedWhole } from '../refusals'
import { setUp } from './commands'
import { useSetupTexts } from './texts'
import {
  changedDay,
  copiedDown,
  isSound,
  openDay,
  sameWeek,
  shownEnd,
  typedEnd,
  withBreak,
} from './week'

const TENANT = 'tenant'
const empty: Week = [[], [], [], [], [], [], []]

function Time({
  label,
  value,
  onChange,
}: {
  label: string
  value: string
  onChange: (v: string) => void
}) {
  return (
    <input
      type="time"
      className="input"
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  )
}

function DayRow({
  day,
  week,
  onChange,
}: {
  day: number
  week: Week
  onChange: (week: Week) => void
}) {
  const t = useSetupTexts()
  const name = dayName(day)
  const stretches = week[day] ?? []
  const set = (next: typeof stretches) => onChange(changedDay(week, day, next))
  return (
    <div className="hours-day" role="group" aria-label={name}>
      <Checkbox
        label={name}
        isSelected={stretches.length > 0}
        onChange={(open) => set(open ? openDay(week, day) : [])}
      />
      <div className="hours-stretches">
        {stretches.length === 0 && <span className="t3">{t('closed')}</span>}
        {stretches.map(({ from, to }, index) => {
          const at = { day: name, n: index + 1 }
          const change = (next: { from?: string; to?: string }) =>
            set(stretches.map((each, n) => (n === index ? { ...each, ...next } : each)))
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: stretches have no other name than their place
            <span key={index} className="hours-stretch">
              <Time
                label={t('from', at)}
                value={from}
                onChange={(next) => change({ from: next })}
              />
              <span aria-hidden="true">–</span>
              <Time
                label={t('to', at)}
                value={shownEnd(to)}
                onChange={(next) => change({ to: typedEnd(next) })}
              />
              {stretches.length > 1 && (
                <IconButton
                  icon={X}
                  small
                  label={t('removeStretch', at)}
                  onPress={() => set(stretches.filter((_, n) => n !== index))}
                />
              )}
            </span>
          )
        })}
        {stretches.length > 0 && stretches.length < 4 && (
          <IconButton
            icon={Plus}
            small
            label={t('addBreak', { day: name })}
            onPress={() => set(withBreak(stretches))}
          />
        )}
        {!isSound(stretches) && (
          <span className="ferr" role="alert">
            {t('badStretch')}
          </span>
        )}
      </div>
    </div>
  )
}

function WeekForm({ of, own, house }: { of: Of; own: Week | undefined; house: Week }) {
  const t = useSetupTexts()
  const isResource = of.startsWith('resource:')
  const kept = own ?? (isResource ? empty : house)
  const [week, setWeek] = useState(kept)
  const [error, setError] = useState<unknown>()
  const [isPending, setPending] = useState(false)
  const send = async (next: Week | null) => {
    setPending(true)
    setError(undefined)
    try {
      await setUp('hours.set', { of, week: next })
    } catch (refused) {
      setError(refused)
    }
    setPending(false)
  }
  const problem = refusedWhole(error, []) ?? Object.values(refusedFields(error))[0]
  return (
    <form
      className="hours"
      onSubmit={(event) => {
        event.preventDefault()
        if (week.every(isSound)) void send(week)
      }}
    >
      {of !== TENANT && (
        <p className="t3">
          {own ? t('ownHours') : isResource ? t('alwaysThere') : t('followsHouse')}
        </p>
      )}
      {week.map((_, day) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the place is the day of the week
        <DayRow key={day} day={day} week={week} onChange={setWeek} />
      ))}
      {problem && (
        <p className="ferr" role="alert">
          {problem}
        </p>
      )}
      <div className="row" style={{ flexWrap: 'wrap' }}>
        <Button
          type="submit"
          tone="primary"
          isPending={isPending}
          isDisabled={sameWeek(week, kept) || !week.every(isSound)}
        >
          {t('save')}
        </Button>
        <Button tone="quiet" onPress={() => setWeek(copiedDown(week))}>
          {t('copyDown')}
        </Button>
        {own && of !== TENANT && (
          <Button tone="quiet" onPress={() => void send(null)}>
            {t('asHouse')}
          </Button>
        )}
      </div>
    </form>
  )
}

export function HoursPart({ bookables }: { bookables: Bookables }) {
  const t = useSetupTexts()
  const people = usePeople()
  const [of, setOf] = useState<Of>(TENANT)
  const { hours, resources } = bookables
  const own = hours.find((each) => each.of === of)?.week
  return (
    <Part title={t('hours')} lead={t('hoursLead')}>
      <div className="hours-who">
        <SelectField
          label={t('whoseHours')}
          value={of}
          onChange={setOf}
          options={[
            { id: TENANT, label: t('house') },
            ...people.active.map((each) => ({ id: `user:${each.id}`, label: each.name })),
            ...resources.map((each) => ({ id: `resource:${each.id}`, label: each.name })),
          ]}
        />
      </div>
      <WeekForm
        // What a colleague saves meanwhile is shown; what is typed here is then gone.
        key={`${of}${JSON.stringify(own)}`}
        of={of}
        own={own}
        house={weekOf(hours, TENANT) ?? empty}
      />
    </Part>
  )
}
