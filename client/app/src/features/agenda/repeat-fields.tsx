// How often, on which days, how long.
import { Checkbox, SelectField, TextField } from '@/ui/field'
import { dayName, dayShort } from './day-names'
import { addDays, type Day, weekDay, weekStart } from './days'
import {
  daysOfWeek,
  MOST_TIMES,
  type Pace,
  paces,
  placeInMonth,
  type Repeating,
  repeatProblem,
} from './repeat'
import { useAgendaTexts } from './texts'

const places = [1, 2, 3, 4] as const

export function RepeatFields({
  value,
  onChange,
  start,
  tried,
  errors,
}: {
  value: Repeating
  onChange: (next: Repeating) => void
  start: Day
  tried: boolean
  errors: Record<string, string>
}) {
  const t = useAgendaTexts()
  const set = (next: Partial<Repeating>) => onChange({ ...value, ...next })
  const problem = tried ? repeatProblem(value, start) : undefined
  const place = placeInMonth(start)
  const monthday = t('pace.monthday', {
    place: t(`place.${places.find((each) => each === place) ?? 'last'}`),
    day: dayName(weekDay(start)),
  })
  const nameOf = (pace: Pace) =>
    pace === 'month'
      ? t('pace.month', { n: Number(start.slice(8)) })
      : pace === 'monthday'
        ? monthday
        : t(`pace.${pace}`)
  const monday = weekStart(start)
  const weekly = value.pace === 'week' || value.pace === 'weeks2'
  const on = daysOfWeek(value.days, start)
  return (
    <>
      <SelectField
        label={t('repeat')}
        value={value.pace}
        onChange={(pace) => set({ pace })}
        options={paces.map((id) => ({ id, label: nameOf(id) }))}
        {...(errors['repeat.rrule'] ? { error: errors['repeat.rrule'] } : {})}
      />
      {value.pace !== 'none' && (
        <div className="repeat">
          {weekly && (
            <div className="chips" role="group" aria-label={t('onDays')}>
              {[0, 1, 2, 3, 4, 5, 6].map((day) => (
                <button
                  key={day}
                  type="button"
                  className={on.includes(day) ? 'fchip on' : 'fchip'}
                  aria-pressed={on.includes(day)}
                  disabled={day === weekDay(start)}
                  onClick={() =>
                    set({
                      days: on.includes(day) ? on.filter((each) => each !== day) : [...on, day],
                    })
                  }
                >
                  {dayShort(addDays(monday, day))}
                </button>
              ))}
            </div>
          )}
          <div className="pair">
            <SelectField
              label={t('ends')}
              value={value.ends}
              onChange={(ends) => set({ ends })}
              options={[
                { id: 'count', label: t('endsCount') },
                { id: 'until', label: t('endsUntil') },
              ]}
            />
            {value.ends === 'count' ? (
              <TextField
                label={t('times')}
                inputMode="numeric"
                value={value.count}
                onChange={(count) => set({ count })}
                error={
                  problem === 'count' ? t('badCount', { max: MOST_TIMES }) : errors['repeat.count']
                }
              />
            ) : (
              <TextField
                label={t('until')}
                type="date"
                value={value.until}
                onChange={(until) => set({ until })}
                error={problem === 'until' ? t('badUntil') : errors['repeat.until']}
              />
            )}
          </div>
          <Checkbox label={t('skip')} isSelected={value.skip} onChange={(skip) => set({ skip })} />
        </div>
      )}
    </>
  )
}
