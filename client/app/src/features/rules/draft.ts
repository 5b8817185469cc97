// A rule while it is being written: what is missing, what the server would be sent, and what a
// colleague's change means for it. Pure.
import type { Action, Condition, Doing, Rule, RuleParts } from '@/wire/rules'
import { asksNothing, valuesOf } from './fields'

/** Lists that people order and shorten need names for their lines. */
export interface Keyed<T> {
  key: number
  value: T
}
export interface Draft extends Omit<RuleParts, 'conditions' | 'actions'> {
  conditions: Keyed<Condition>[]
  actions: Keyed<Action>[]
}

let nextKey = 1
export const keyed = <T>(value: T): Keyed<T> => ({ key: nextKey++, value })

export const draftOf = (parts: RuleParts): Draft => ({
  name: parts.name,
  trigger: { ...parts.trigger },
  conditions: parts.conditions.map(keyed),
  actions: parts.actions.map(keyed),
  delay_minutes: parts.delay_minutes,
  hours: parts.hours,
})

/** What the server is sent: nothing empty, nothing that is the default anyway. */
const lean = <T extends object>(of: T): T =>
  Object.fromEntries(
    Object.entries(of).filter(
      ([key, value]) =>
        value !== null &&
        value !== undefined &&
        !(key === 'replace' && value === false) &&
        !(key === 'from' && value === 'now') &&
        !((key === 'add' || key === 'remove') && Array.isArray(value) && value.length === 0) &&
        !(key === 'title' && value === ''),
    ),
  ) as T

export const partsOf = (draft: Draft): RuleParts => ({
  name: draft.name.trim(),
  trigger: lean(draft.trigger),
  conditions: draft.conditions.map(({ value }) =>
    asksNothing(value.is) ? { field: value.field, is: value.is } : lean(value),
  ),
  actions: draft.actions.map(({ value }) => lean(value)),
  delay_minutes: draft.delay_minutes,
  hours: draft.hours,
})

const asText = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  )
/** The same rule, however it was written down. */
export const isSame = (a: RuleParts, b: RuleParts): boolean =>
  asText(partsOf(draftOf(a))) === asText(partsOf(draftOf(b)))

// A new line of each kind

export const doings: readonly Doing[] = [
  'assign',
  'remind',
  'activity',
  'move_card',
  'tag',
  'notify',
  'mail',
  'webhook',
]
export function actionOf(doing: Doing): Action {
  switch (doing) {
    case 'move_card':
      return { do: 'move_card', stage: '' }
    case 'assign':
      return { do: 'assign', to: 'round_robin:all' }
    case 'tag':
      return { do: 'tag', add: [], remove: [] }
    case 'remind':
      return { do: 'remind', minutes: 60, text: '', kind: 'call', who: 'owner', from: 'now' }
    case 'activity':
      return { do: 'activity', type: '', title: '', due_minutes: 1440, who: 'owner' }
    case 'notify':
      return { do: 'notify', who: 'owners', text: '' }
    case 'mail':
      return { do: 'mail', to: 'customer', subject: '', body: '' }
    case 'webhook':
      return { do: 'webhook', webhook: '' }
  }
}

// What is missing

/** Thirty days, and a year: the server's limits. */
const DELAY_MOST = 43_200
const MINUTES_MOST = 525_600
export const CONDITIONS_MOST = 10
export const ACTIONS_MOST = 10

/** Codes by the names the server gives its fields. */
export type Missing = Record<string, 'required' | 'bad_value' | 'too_long'>

const NAME_MOST = 200

export function missingIn(parts: RuleParts): Missing {
  const missing: Missing = {}
  const want = (field: string, text: string | null | undefined, most = NAME_MOST) => {
    if (!text?.trim()) missing[field] = 'required'
    else if ([...text.trim()].length > most) missing[field] = 'too_long'
  }
  const count = (field: string, n: number | null | undefined, most: number) => {
    if (!Number.isInteger(n) || (n as number) < 0 || (n as number) > most)
      missing[field] = 'bad_value'
  }
  want('name', parts.name)
  count('delay_minutes', parts.delay_minutes, DELAY_MOST)
  parts.conditions.forEach((condition, n) => {
    const field = `conditions.${n}.value`
    if (asksNothing(condition.is)) return
    if (condition.is === 'more' || condition.is === 'less') {
      if (typeof condition.value !== 'number' || !Number.isFinite(condition.value))
        missing[field] = condition.value === null ? 'required' : 'bad_value'
    } else if (valuesOf(condition).length === 0) missing[field] = 'required'
  })
  if (parts.actions.length === 0) missing.actions = 'required'
  for (const [n, action] of parts.actions.entries())
    missingInAction(`actions.${n}`, action, want, count)
  return missing
}

type Want = (field: string, text: string | null | undefined, most?: number) => void
type Count = (field: string, n: number | null | undefined, most: number) => void

/** `user:` is a person still to be chosen. */
const chosen = (who: string): string => (who.endsWith(':') ? '' : who)

function missingInAction(at: string, action: Action, want: Want, count: Count): void {
  switch (action.do) {
    case 'move_card':
      return want(`${at}.stage`, action.stage)
    case 'assign':
      return want(`${at}.to`, chosen(action.to))
    case 'tag':
      if (!action.add?.length && !action.remove?.length) want(`${at}.add`, '')
      return
    case 'remind':
      count(`${at}.minutes`, action.minutes, MINUTES_MOST)
      want(`${at}.text`, action.text)
      return want(`${at}.who`, chosen(action.who))
    case 'activity':
      want(`${at}.type`, action.type)
      if (action.due_minutes !== null && action.due_minutes !== undefined)
        count(`${at}.due_minutes`, action.due_minutes, MINUTES_MOST)
      return want(`${at}.who`, chosen(action.who))
    case 'notify':
      want(`${at}.text`, action.text)
      return want(`${at}.who`, chosen(action.who))
    case 'mail':
      want(`${at}.to`, chosen(action.to))
      want(`${at}.subject`, action.subject)
      return want(`${at}.body`, action.body, 10_000)
    case 'webhook':
      return want(`${at}.webhook`, action.webhook)
  }
}

// What a colleague's change means

export type Meeting =
  /** Show theirs: nothing of mine would be lost. */
  | 'take'
  /** Only the version went on: mine stays. */
  | 'keep'
  /** Both changed: a person decides. */
  | 'conflict'

export function meet(base: RuleParts, mine: RuleParts, theirs: RuleParts): Meeting {
  if (isSame(base, theirs) || isSame(mine, theirs)) return 'keep'
  return isSame(base, mine) ? 'take' : 'conflict'
}

/** Whether the newest run failed. */
export const isFailing = ({
  last_failed_at,
  last_run_at,
}: Pick<Rule, 'last_failed_at' | 'last_run_at'>): boolean =>
  last_failed_at !== null && last_failed_at === last_run_at
