// How much open work there is, kind by kind.
import { number } from '@/i18n/format'
import type { WorkCounts } from '@/wire/leaving'
import { useOffboardingTexts } from './texts'

export const kinds = ['customers', 'cards', 'reminders', 'activities', 'appointments'] as const

export const isNothing = (counts: WorkCounts): boolean => kinds.every((kind) => counts[kind] === 0)

/** What is handed over one by one; cards follow their customers. */
export const totalOf = (counts: WorkCounts): number =>
  counts.customers + counts.reminders + counts.activities + counts.appointments

export function Counts({ counts }: { counts: WorkCounts }) {
  const t = useOffboardingTexts()
  return (
    <dl className="work-counts">
      {kinds.map((kind) => (
        <div key={kind} data-none={counts[kind] === 0 || undefined}>
          <dt>{t(kind)}</dt>
          <dd className="num">{number(counts[kind])}</dd>
        </div>
      ))}
    </dl>
  )
}
