// What a rule did: when, about whom, and why it did nothing.
import { Link } from '@tanstack/react-router'
import {
  CircleCheck,
  CircleMinus,
  CircleX,
  Clock,
  LoaderCircle,
  type LucideIcon,
} from 'lucide-react'
import { useState } from 'react'
import { ago } from '@/i18n/ago'
import { dateTime } from '@/i18n/format'
import { errorText } from '@/session/errors'
import { Button } from '@/ui/button'
import { Chip } from '@/ui/chip'
import { ChoiceBar } from '@/ui/choice-bar'
import { Icon } from '@/ui/icon'
import { Paged } from '@/ui/paged'
import { EmptyState } from '@/ui/states'
import type { Doing, Run, RunState } from '@/wire/rules'
import { doings } from './draft'
import type { House } from './house'
import { useRuns } from './queries'
import { useRunTexts } from './run-texts'

const filters: readonly (RunState | undefined)[] = [
  undefined,
  'ran',
  'failed',
  'skipped',
  'waiting',
]
const signs: Record<RunState, [LucideIcon, 'ok' | 'danger' | 'plain' | 'info']> = {
  ran: [CircleCheck, 'ok'],
  failed: [CircleX, 'danger'],
  skipped: [CircleMinus, 'plain'],
  waiting: [Clock, 'info'],
  running: [LoaderCircle, 'info'],
}

const codes = [
  'no_card',
  'no_owner',
  'no_candidate',
  'no_address',
  'no_appointment',
  'kept',
  'series',
  'already',
  'over',
  'unknown_op',
  'disabled',
  'not_found',
] as const
const reasons = [
  'conditions',
  'disabled',
  'removed',
  'loop',
  'too_deep',
  'too_often',
  'customer_gone',
  'event_gone',
] as const
const oneOf = <T extends string>(all: readonly T[], word: string): T | undefined =>
  all.find((each) => each === word)

function Results({ run, house }: { run: Run; house: House }) {
  const t = useRunTexts()
  if (run.results.length === 0) return null
  return (
    <ul className="results">
      {run.results.map((result, n) => {
        const doing = oneOf<Doing>(doings, result.do)
        const known = result.code === null ? undefined : oneOf(codes, result.code)
        const why = result.code === null ? '' : known ? t(`code.${known}`) : errorText(result.code)
        const who = result.user && result.do !== 'tag' ? house.people.of(result.user).name : ''
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: results stand in the order of the actions
          <li key={n} data-ok={result.ok}>
            <Icon of={result.ok ? CircleCheck : CircleX} size="s" />
            <span>
              {[doing ? t(`done.${doing}`) : result.do, who].filter(Boolean).join(': ')}
              {why && <span className="t3"> · {why}</span>}
              {!result.ok && !why && <span className="t3"> · {t('notDone')}</span>}
            </span>
          </li>
        )
      })}
    </ul>
  )
}

function RunRow({ run, house }: { run: Run; house: House }) {
  const t = useRunTexts()
  const [icon, tone] = signs[run.state]
  const reason = run.reason && run.state === 'skipped' ? oneOf(reasons, run.reason) : undefined
  const isGuard = reason === 'loop' || reason === 'too_deep' || reason === 'too_often'
  return (
    <li className="run">
      <div className="names">
        <span className="row">
          <Link to="/customers/$customerId" params={{ customerId: run.customer_id }} className="el">
            <b>{run.customer_name || t('gone')}</b>
          </Link>
          <Chip tone={tone}>
            <Icon of={icon} size="s" />
            {t(`state.${run.state}`)}
          </Chip>
          {isGuard && <Chip tone="warn">{t('guard')}</Chip>}
          {run.depth > 1 && <Chip tone="line">{t('inChain', { n: run.depth })}</Chip>}
        </span>
        {run.state === 'skipped' && (
          <span className="sm t2">{reason ? t(`why.${reason}`) : (run.reason ?? '')}</span>
        )}
        {run.state === 'waiting' && run.waits_until && (
          <span className="sm t2">
            {t('waitsUntil', { when: dateTime(new Date(run.waits_until)) })}
          </span>
        )}
        <Results run={run} house={house} />
      </div>
      <span className="sm t3" title={dateTime(new Date(run.at))}>
        {ago(run.at)}
      </span>
    </li>
  )
}

export function Runs({ rule, house }: { rule: string; house: House }) {
  const t = useRunTexts()
  const [state, setState] = useState<RunState>()
  const read = useRuns(rule, state)
  return (
    <section aria-label={t('title')} className="runs">
      <ChoiceBar
        label={t('filterRuns')}
        options={filters.map((id) => ({ id, text: id ? t(`state.${id}`) : t('allRuns') }))}
        value={state}
        onChange={setState}
      />
      <Paged
        read={read}
        height={44}
        empty={
          <EmptyState
            title={t(state ? 'noRunsLike' : 'noRuns')}
            action={
              state && <Button onPress={() => setState(undefined)}>{t('showAllRuns')}</Button>
            }
          >
            {!state && t('noRunsBody')}
          </EmptyState>
        }
      >
        {(run) => <RunRow key={run.id} run={run} house={house} />}
      </Paged>
    </section>
  )
}
