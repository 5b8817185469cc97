/** @jsxImportSource preact */
// A day of the seven shown, then one of its free times. Radios, so that arrows walk and a screen
// reader says what is full.
import { useEffect, useId, useState } from 'preact/hooks'
import type { Slot } from './api'
import { nearest } from './days'
import { Glyph, Notice } from './parts'
import { type Slots, WEEK } from './slots'
import { useLocale, useTexts } from './texts'
import {
  clock,
  type Day,
  dayName,
  dayOf,
  daysFrom,
  differs,
  longDay,
  ownZone,
  type Part,
  partOf,
  plusDays,
  shortDay,
  span,
  zoneName,
} from './times'

const parts: readonly Part[] = ['morning', 'afternoon', 'evening']

export function Picker({
  slots,
  zone,
  chosen,
  onChoose,
  horizonDays,
  withPerson,
}: {
  slots: Slots
  zone: string
  chosen: Slot | undefined
  onChoose: (slot: Slot | undefined) => void
  horizonDays: number
  /** A person was chosen: others may have time. */
  withPerson?: boolean
}) {
  const t = useTexts()
  const locale = useLocale()
  const { days, week, first, last, state, next } = slots
  const shown = Array.from({ length: WEEK }, (_, n) => plusDays(week, n)).filter(
    (day) => day <= last,
  )
  const firstFree = shown.find((day) => (days.get(day)?.length ?? 0) > 0)
  const [picked, setPicked] = useState<Day | undefined>(
    chosen && dayOf(new Date(chosen.starts_at), zone),
  )
  const day = picked && shown.includes(picked) && days.get(picked)?.length ? picked : firstFree
  const times = day ? (days.get(day) ?? []) : []
  const [gone, setGone] = useState<Slot | undefined>()

  // A time that somebody else took while this page looked on.
  useEffect(() => {
    if (!chosen) return
    const known = days.get(dayOf(new Date(chosen.starts_at), zone))
    if (known && !known.some(({ starts_at }) => starts_at === chosen.starts_at)) {
      setGone(chosen)
      onChoose(undefined)
    }
  }, [days, chosen, zone, onChoose])

  const choose = (slot: Slot) => {
    setGone(undefined)
    setPicked(dayOf(new Date(slot.starts_at), zone))
    onChoose(slot)
  }
  const at = new Date(times[0]?.starts_at ?? Date.now())
  const own = ownZone()

  return (
    <div class="bk-pick">
      {gone && (
        <Notice tone="warn">
          <p>{t.taken(span(new Date(gone.starts_at), new Date(gone.ends_at), zone, locale))}</p>
          <Offers free={nearest(days, gone.starts_at, 3)} zone={zone} onChoose={choose} />
        </Notice>
      )}
      <Strip slots={slots} shown={shown} day={day} onDay={setPicked} />
      {state === 'failed' && (
        <Notice tone="warn">
          <p>{t.timesFailed}</p>
          <button type="button" class="btn" onClick={slots.again}>
            {t.retry}
          </button>
        </Notice>
      )}
      {state === 'loading' && !day && (
        <div class="skel bk-wait" role="status" aria-label={t.loading} />
      )}
      {state === 'ready' && !day && (
        <div class="bk-none" role="status">
          <p>{next === null && week === first ? t.noneAtAll(horizonDays) : t.noneThisWeek}</p>
          {next === undefined && <p class="t3">{t.searching}</p>}
          {next === null && withPerson && <p class="t2">{t.noneForPerson}</p>}
          {next && (
            <button type="button" class="btn" onClick={() => slots.show(next)}>
              {t.nextFree(dayName(next, locale))}
              <Glyph of="right" />
            </button>
          )}
        </div>
      )}
      {day && <Times day={day} times={times} zone={zone} chosen={chosen} onChoose={choose} />}
      <p class="bk-zone">
        <Glyph of="globe" />
        <span>
          {t.zone(zoneName(zone, at, locale))}
          {differs(at, zone) && <>. {t.ownZone(zoneName(own, at, locale))}</>}
        </span>
      </p>
    </div>
  )
}

/** Seven days with what is free on each; arrows at its ends go on by seven. */
function Strip({
  slots,
  shown,
  day,
  onDay,
}: {
  slots: Slots
  shown: Day[]
  day: Day | undefined
  onDay: (day: Day) => void
}) {
  const t = useTexts()
  const locale = useLocale()
  const name = useId()
  const { days, week, first, last } = slots
  const back = daysFrom(first, week) > WEEK ? plusDays(week, -WEEK) : first
  const months = [
    ...new Set([shown[0], shown.at(-1)].map((each) => shortDay(each ?? week, locale).month)),
  ]
  return (
    <fieldset class="bk-strip">
      <legend class="vh">{t.day}</legend>
      <div class="bk-months">
        <button
          type="button"
          class="btn q i"
          aria-label={t.earlier}
          disabled={week === first}
          onClick={() => slots.show(back)}
        >
          <Glyph of="left" />
        </button>
        <span aria-live="polite">{months.join(' – ')}</span>
        <button
          type="button"
          class="btn q i"
          aria-label={t.later}
          disabled={plusDays(week, WEEK) > last}
          onClick={() => slots.show(plusDays(week, WEEK))}
        >
          <Glyph of="right" />
        </button>
      </div>
      <div class="bk-days">
        {shown.map((each) => {
          const free = days.get(each)
          const { weekday, date } = shortDay(each, locale)
          return (
            <label key={each} class="bk-day" data-full={free?.length === 0 || undefined}>
              <input
                type="radio"
                class="vh"
                name={name}
                checked={each === day}
                disabled={!free?.length}
                onChange={() => onDay(each)}
                aria-label={`${dayName(each, locale)}, ${free?.length ? t.freeTimes(free.length) : t.full}`}
              />
              <span class="wd">{weekday}</span>
              <span class="dt">{date}</span>
              <span class="dot" />
            </label>
          )
        })}
      </div>
    </fieldset>
  )
}

function Times({
  day,
  times,
  zone,
  chosen,
  onChoose,
}: {
  day: Day
  times: readonly Slot[]
  zone: string
  chosen: Slot | undefined
  onChoose: (slot: Slot) => void
}) {
  const t = useTexts()
  const locale = useLocale()
  const name = useId()
  return (
    <fieldset class="bk-times">
      <legend>
        <span class="vh">{t.hour}: </span>
        {dayName(day, locale)}
      </legend>
      {parts.map((part) => {
        const of = times.filter((slot) => partOf(new Date(slot.starts_at), zone) === part)
        if (of.length === 0) return null
        return (
          <div key={part} class="bk-part">
            <span class="lbl">{t[part]}</span>
            <div class="bk-grid">
              {of.map((slot) => {
                const at = new Date(slot.starts_at)
                return (
                  <label key={slot.starts_at} class="bk-time">
                    <input
                      type="radio"
                      class="vh"
                      name={name}
                      value={slot.starts_at}
                      checked={slot.starts_at === chosen?.starts_at}
                      onChange={() => onChoose(slot)}
                    />
                    <time dateTime={slot.starts_at}>{clock(at, zone, locale)}</time>
                  </label>
                )
              })}
            </div>
          </div>
        )
      })}
    </fieldset>
  )
}

/** The times that are offered instead of one that is gone. */
export function Offers({
  free,
  zone,
  onChoose,
}: {
  free: readonly Slot[]
  zone: string
  onChoose: (slot: Slot) => void
}) {
  const t = useTexts()
  const locale = useLocale()
  if (free.length === 0) return null
  return (
    <div class="bk-offers" role="group" aria-label={t.takenOffers}>
      <p>{t.takenOffers}</p>
      {free.map((slot) => {
        const at = new Date(slot.starts_at)
        return (
          <button key={slot.starts_at} type="button" class="btn" onClick={() => onChoose(slot)}>
            {longDay(at, zone, locale)}, {clock(at, zone, locale)}
          </button>
        )
      })}
    </div>
  )
}

/** "26 Kasım Perşembe, 14.30–15.30", and below it what that is on the reader's clock. */
export function When({
  slot,
  zone,
}: {
  slot: { starts_at: string; ends_at: string }
  zone: string
}) {
  const t = useTexts()
  const locale = useLocale()
  const [from, to] = [new Date(slot.starts_at), new Date(slot.ends_at)]
  const own = ownZone()
  const sameDay = dayOf(from, zone) === dayOf(from, own)
  return (
    <>
      <time dateTime={slot.starts_at}>
        {longDay(from, zone, locale)}, {span(from, to, zone, locale)}
      </time>
      {differs(from, zone) && (
        <span class="t3 bk-own">
          {zoneName(zone, from, locale)} ·{' '}
          {t.ownTime(
            `${sameDay ? '' : `${longDay(from, own, locale)}, `}${span(from, to, own, locale)}`,
          )}
        </span>
      )}
    </>
  )
}
