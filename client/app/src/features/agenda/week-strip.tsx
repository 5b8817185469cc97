// The week as seven days to tap; where a week has no room.
import { dayLong, dayNumber, dayShort } from './day-names'
import { type Day, daysOf } from './days'
import { useAgendaTexts } from './texts'

export function WeekStrip({
  from,
  day,
  today,
  onDay,
}: {
  from: Day
  day: Day
  today: Day
  onDay: (day: Day) => void
}) {
  const t = useAgendaTexts()
  return (
    <div className="strip" role="group" aria-label={t('view.week')}>
      {daysOf({ from, days: 7 }).map((each) => (
        <button
          key={each}
          type="button"
          aria-pressed={each === day}
          data-today={each === today || undefined}
          onClick={() => onDay(each)}
        >
          <span aria-hidden="true">{dayShort(each)}</span>
          <b aria-hidden="true">{dayNumber(each)}</b>
          <span className="vh">{dayLong(each)}</span>
        </button>
      ))}
    </div>
  )
}
