// The agenda: days, weeks, months and a list, of whoever is chosen. What it shows stands in the
// address; what happens to it is heard live.
import './agenda.css'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { ChevronLeft, ChevronRight, Plus } from 'lucide-react'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useNow } from '@/features/reminders/mine'
import { timeZone } from '@/i18n/format'
import { usePermission } from '@/session/session'
import { useIsDown } from '@/shell/connection'
import { Screen } from '@/shell/screen'
import { Button, IconButton } from '@/ui/button'
import { usePhone } from '@/ui/media'
import { EmptyState, ErrorState, Skeleton } from '@/ui/states'
import { askedBooking } from './asked'
import { useChanges } from './changes'
import { type Hindrance, moveOrAsk, nameOf, type Place } from './commands'
import { ConflictSheet } from './conflict'
import { dayDate, dayLong, monthName, stretchName } from './day-names'
import {
  addDays,
  atMinute,
  type Day,
  dayOf,
  daysOf,
  stepped,
  stretchOf,
  type ViewName,
  views,
  weekStart,
} from './days'
import { DetailPanel } from './detail-panel'
import type { Draft } from './drag'
import { TimeGrid } from './grid'
import { type Column, type Filled, reseated } from './grid-model'
import type { Span } from './layout'
import { DayList } from './list'
import { Month } from './month'
import { onDay } from './month-move'
import { type Change, useAgendaCommands } from './palette'
import { type Entry, useAgendaRange, useAppointment } from './range'
import type { AgendaSearch } from './search'
import { useShown } from './subjects'
import { useAgendaTexts } from './texts'
import { WeekStrip } from './week-strip'
import { WhoPicker } from './who-picker'

const nobodyAway: readonly never[] = []
/** Of a day of which there is more: as much as a view has use for. A day alone is read whole. */
const PER_DAY: Partial<Record<ViewName, number>> = { month: 4, list: 20, week: 600 }

interface Asking {
  entry: Entry
  to: Place
  hindrance: Hindrance
}

function label(view: ViewName, day: Day): string {
  if (view === 'day') return dayDate(day)
  if (view === 'month') return monthName(day)
  const { from, days } = stretchOf(view, day)
  return stretchName(from, addDays(from, days - 1))
}

/** Marks of the grid: as fine as the house books, and never coarser than a quarter. */
const snapOf = (step: number | undefined): number => (step && step < 15 ? step : 15)

export function AgendaScreen() {
  const t = useAgendaTexts()
  const search = useSearch({ strict: false }) as AgendaSearch
  const navigate = useNavigate()
  const isPhone = usePhone()
  const isDown = useIsDown()
  const now = useNow()
  const canView = usePermission('agenda.view')
  const canEdit = usePermission('agenda.edit')
  const today = dayOf(now)
  const wanted = search.view ?? (isPhone ? 'day' : 'week')
  // A week has no room on a phone: its days are a strip above one of them.
  const view: ViewName = isPhone && wanted === 'week' ? 'day' : wanted
  const day = search.day ?? today
  const shown = useShown(search)
  const { subjects, whose, bookables } = shown
  const stretch = useMemo(() => stretchOf(view, day), [view, day])
  const { read, entries, more, status, holidays, timeOff } = useAgendaRange(
    stretch,
    whose,
    search.cancelled === true,
    PER_DAY[view],
  )
  useChanges()
  const [asking, ask] = useState<Asking>()
  const cursorRef = useRef<(() => { column: Column; span: Span } | undefined) | undefined>(
    undefined,
  )

  const go = (change: Change, replace = false) => {
    const next = Object.fromEntries(
      Object.entries({ ...search, ...change }).filter(([, value]) => value !== undefined),
    ) as AgendaSearch
    void navigate({ to: '/agenda', search: next, replace })
  }
  const show = (next: ViewName) => go({ view: next })
  const step = (by: 1 | -1) => go({ day: stepped(view, day, by) })
  const toDay = (next: Day) => go({ view: 'day', day: next })
  const open = (id: string | undefined) => go({ appointment: id }, id === undefined)
  const choose = (choice: Pick<AgendaSearch, 'people' | 'resources' | 'team'>) =>
    go({ people: undefined, resources: undefined, team: undefined, ...choice })

  // A link names an appointment, not its day.
  const named = useAppointment(search.day ? undefined : search.appointment)
  useEffect(() => {
    if (!search.day && named.of) go({ day: dayOf(new Date(named.of.starts_at)) }, true)
  })

  const columns = useMemo<Column[]>(() => {
    if (view === 'week')
      return daysOf(stretchOf('week', day)).map((each) => ({ key: each, day: each }))
    return subjects.map((subject) => ({ key: `${day}-${subject.of}`, day, subject }))
  }, [view, day, subjects])

  const bookOn = (column: Column, span: Span) =>
    askedBooking.set({
      start: atMinute(column.day, span.from),
      minutes: span.to - span.from,
      ...(column.subject
        ? column.subject.kind === 'person'
          ? { people: [column.subject.id] }
          : { resources: [column.subject.id] }
        : shown.isChosen && subjects.length === 1 && subjects[0]
          ? subjects[0].kind === 'person'
            ? { people: [subjects[0].id] }
            : { resources: [subjects[0].id] }
          : {}),
    })
  const book = () => {
    const at = cursorRef.current?.()
    if (at) bookOn(at.column, at.span)
    else askedBooking.set(day > today ? { start: atMinute(day, 10 * 60) } : {})
  }
  const moveTo = (entry: Entry, to: Place) => {
    if (!entry.of) return
    moveOrAsk(entry.of, to, (hindrance, place) => ask({ entry, to: place, hindrance }))
  }
  const moveToDay = (entry: Entry, to: Day) => {
    const { starts, ends } = onDay(entry, to)
    const [people, resources] = [[...entry.people], [...entry.resources]]
    moveTo(entry, {
      starts_at: starts.toISOString(),
      ends_at: ends.toISOString(),
      people,
      resources,
    })
  }
  const drop = (
    { entry, home, column, span }: Draft & { entry: Entry },
    filled: readonly Filled[],
  ) => {
    const from = filled[home]
    const target = filled[column]
    if (!target || !entry.of) return
    const to: Place = {
      starts_at: atMinute(target.day, span.from).toISOString(),
      ends_at: atMinute(target.day, span.to).toISOString(),
      ...reseated(entry, from?.subject, target.subject),
    }
    const isSame =
      Date.parse(to.starts_at) === entry.starts.getTime() &&
      Date.parse(to.ends_at) === entry.ends.getTime() &&
      to.people.join() === entry.people.join() &&
      to.resources.join() === entry.resources.join()
    if (!isSame) moveTo(entry, to)
  }

  useAgendaCommands({
    search,
    view,
    isMine: !shown.isChosen,
    book: canEdit ? book : undefined,
    show,
    step,
    go,
    choose,
  })

  const common = {
    entries,
    more,
    subjects,
    holidays: holidays ?? nobodyAway,
    timeOff: timeOff ?? nobodyAway,
    now,
    openId: search.appointment,
    serviceOf: bookables.service,
    onOpen: open,
    onDay: toDay,
  }
  const isLoading = !read.data && !read.isError && status !== 'failed'
  const browserZone = Intl.DateTimeFormat().resolvedOptions().timeZone
  const zone = timeZone()

  const content = () => {
    if (!canView || status === 'failed')
      return <EmptyState title={t('noPermission')}>{t('noPermissionBody')}</EmptyState>
    if (read.isError && !read.data)
      return <ErrorState error={read.error} onRetry={() => void read.refetch()} />
    if (isLoading && isDown)
      return <EmptyState title={t('offlineTitle')}>{t('offlineBody')}</EmptyState>
    if (view === 'month')
      return (
        <Month
          {...common}
          stretch={stretch}
          day={day}
          hours={bookables.hours}
          canEdit={canEdit}
          onChoose={(each) => go({ day: each }, true)}
          onMove={moveToDay}
          onBook={(each) => askedBooking.set({ start: atMinute(each, 10 * 60) })}
        />
      )
    if (view === 'list') {
      if (isLoading)
        return (
          <div className="al-wait">
            {[60, 72, 54, 66].map((width) => (
              <Skeleton key={width} width={`${width}%`} height={40} />
            ))}
          </div>
        )
      if (entries.length === 0 && !holidays?.length)
        return (
          <EmptyState
            title={t('emptyTitle')}
            action={canEdit && <Button onPress={book}>{t('book')}</Button>}
          >
            {t('emptyBody')}
          </EmptyState>
        )
      return (
        <DayList
          {...common}
          from={stretch.from}
          resourceName={(id) => bookables.resource(id)?.name ?? ''}
        />
      )
    }
    return (
      <TimeGrid
        key={view}
        {...common}
        columns={columns}
        hours={bookables.hours}
        snap={snapOf(bookables.settings?.step_minutes)}
        canEdit={canEdit}
        onBook={bookOn}
        onMove={drop}
        onLeave={step}
        cursorRef={cursorRef}
      />
    )
  }

  return (
    <Screen
      title={t('agenda')}
      heading={<h1 className="el max-sm:sr-only">{t('agenda')}</h1>}
      views={
        <div className="seg" role="group" aria-label={t('viewLabel')} style={{ marginLeft: 4 }}>
          {views
            .filter((each) => !isPhone || each !== 'week')
            .map((each) => (
              <button
                key={each}
                type="button"
                aria-pressed={view === each}
                onClick={() => show(each)}
              >
                {t(`view.${each}`)}
              </button>
            ))}
        </div>
      }
      actions={
        canEdit && (
          <Button
            tone="primary"
            icon={Plus}
            onPress={book}
            {...(isPhone ? { 'aria-label': t('newAppointment') } : {})}
          >
            {isPhone ? '' : t('book')}
          </Button>
        )
      }
    >
      <div className="ag-bar" role="toolbar" aria-label={t('agenda')}>
        <IconButton icon={ChevronLeft} small label={t('previous')} onPress={() => step(-1)} />
        <Button small onPress={() => go({ day: undefined })} isDisabled={day === today}>
          {t('today')}
        </Button>
        <IconButton icon={ChevronRight} small label={t('next')} onPress={() => step(1)} />
        <h2 className="ag-when" aria-live="polite">
          {view === 'day' ? dayLong(day) : label(view, day)}
        </h2>
        <span className="sp" />
        {zone && zone !== browserZone && (
          <span className="t3 sm ag-zone">{zone.replaceAll('_', ' ')}</span>
        )}
        <button
          type="button"
          className={search.cancelled ? 'fchip on' : 'fchip'}
          aria-pressed={search.cancelled === true}
          onClick={() => go({ cancelled: search.cancelled ? undefined : true })}
        >
          {t('cancelledToo')}
        </button>
        <WhoPicker search={search} shown={shown} onChoose={choose} />
      </div>
      {isPhone && view === 'day' && (
        <WeekStrip from={weekStart(day)} day={day} today={today} onDay={toDay} />
      )}
      <div className="ag-view" data-loading={(isLoading && view !== 'list') || undefined}>
        {content()}
      </div>
      {search.appointment && (
        <DetailPanel
          key={search.appointment}
          id={search.appointment}
          onClose={() => open(undefined)}
        />
      )}
      {asking?.entry.of && (
        <ConflictSheet
          name={nameOf(asking.entry.of, bookables.service(asking.entry.of.service_id))}
          when={new Date(asking.to.starts_at)}
          hindrance={asking.hindrance}
          onClose={() => ask(undefined)}
          onTake={({ starts_at, ends_at }) => {
            ask(undefined)
            moveTo(asking.entry, { ...asking.to, starts_at, ends_at })
          }}
          onForce={() => {
            const { entry, to } = asking
            ask(undefined)
            if (entry.of)
              moveOrAsk(entry.of, to, (hindrance) => ask({ entry, to, hindrance }), true)
          }}
        />
      )}
    </Screen>
  )
}
