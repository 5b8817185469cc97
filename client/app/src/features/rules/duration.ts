// Minutes as people say them: the largest unit that leaves nothing over.
export const units = ['minute', 'hour', 'day', 'week'] as const
export type Unit = (typeof units)[number]

const minutesOf: Record<Unit, number> = { minute: 1, hour: 60, day: 1440, week: 10_080 }

export interface Span {
  n: number
  unit: Unit
}

export function spanOf(minutes: number): Span {
  const unit =
    minutes === 0
      ? 'minute'
      : ([...units].reverse().find((each) => minutes % minutesOf[each] === 0) ?? 'minute')
  return { n: minutes / minutesOf[unit], unit }
}

export const minutesIn = ({ n, unit }: Span): number => Math.round(n * minutesOf[unit])

/** Hours, as conditions hold them; a part of an hour is kept. */
export const spanOfHours = (hours: number): Span => spanOf(Math.round(hours * 60))
export const hoursIn = (span: Span): number => minutesIn(span) / 60
