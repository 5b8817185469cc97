// A stage's sign: a ring whose pie fills with progress; won, lost and parked have their own.
import type { Stage } from '@/wire/records'

export function StageGauge({
  stage,
  progress = 0,
}: {
  stage: Pick<Stage, 'kind' | 'colour'>
  /** 0..1 among the open stages. */
  progress?: number
}) {
  const colour = `var(--stage-${stage.colour})`
  const ring = { cx: 8, cy: 8, fill: 'none', stroke: colour }
  return (
    <svg width="14" height="14" viewBox="0 0 16 16" style={{ flex: 'none' }} aria-hidden="true">
      {stage.kind === 'won' && (
        <>
          <circle cx="8" cy="8" r="7" fill={colour} />
          <path
            d="m4.800 8.200 2.200 2.200 4.200-4.400"
            stroke="var(--surface-1)"
            strokeWidth="1.600"
            fill="none"
            strokeLinecap="round"
            strokeLinejoin="round"
          />
        </>
      )}
      {stage.kind === 'lost' && (
        <>
          <circle {...ring} r="6.200" strokeWidth="1.600" />
          <path
            d="m5.800 5.800 4.400 4.400M10.200 5.800 5.800 10.200"
            stroke={colour}
            strokeWidth="1.600"
            strokeLinecap="round"
          />
        </>
      )}
      {stage.kind === 'parked' && (
        <>
          <circle {...ring} r="6.200" strokeWidth="1.600" strokeDasharray="2.600 2.270" />
          <circle cx="8" cy="8" r="1.800" fill={colour} />
        </>
      )}
      {stage.kind === 'open' && (
        <>
          <circle {...ring} r="6.200" strokeWidth="1.600" />
          <circle
            {...ring}
            r="2"
            strokeWidth="4"
            strokeDasharray={`${(progress * 12.57).toFixed(2)} 13`}
            transform="rotate(-90 8 8)"
          />
        </>
      )}
    </svg>
  )
}

/** How far along the open stages a stage stands. */
export function progressOf(stage: Stage, stages: readonly Stage[]): number {
  const open = stages.filter((s) => s.kind === 'open')
  const at = open.findIndex((s) => s.id === stage.id)
  return at < 0 || open.length === 0 ? 0 : at / open.length
}
