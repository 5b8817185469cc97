// Rules are read over HTTP; the tenant's events keep the list true. What they did is read again when
// the topic `rules` says that there is more of it.
import { type QueryClient, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef } from 'react'
import { useTenantTopic, useTopic, useTopicEvents } from '@/live/hooks'
import { useObservable } from '@/live/observable'
import { liveStatus } from '@/live/status'
import { api } from '@/session/api'
import type { Ev } from '@/wire/frames'
import type { Page } from '@/wire/records'
import type { Preview, Rule, RuleParts, Run, RunState, Webhook } from '@/wire/rules'
import { RULES, WORKED } from './model'

const key = ['rules'] as const

export const useRules = () =>
  useQuery({
    queryKey: key,
    queryFn: async () => (await api.get<Page<Rule>>('/rules')).items,
  })

const byPosition = (a: Rule, b: Rule) => a.position - b.position || (a.id < b.id ? -1 : 1)
const inOrder = (rules: readonly Rule[], order: readonly string[]): Rule[] =>
  rules.map((rule) => ({ ...rule, position: Math.max(0, order.indexOf(rule.id)) })).sort(byPosition)

/** What an event of the tenant makes of the list. */
export function withEvent(
  rules: readonly Rule[],
  { op, d }: Pick<Ev, 'op' | 'd'>,
): readonly Rule[] {
  switch (op) {
    case 'rule.saved': {
      const { rule } = d as { rule: Rule }
      return [...rules.filter((each) => each.id !== rule.id), rule].sort(byPosition)
    }
    case 'rule.removed':
      return rules.filter((each) => each.id !== (d as { id: string }).id)
    case 'rule.reordered':
      return inOrder(rules, (d as { order: string[] }).order)
    default:
      return rules
  }
}

export function useRuleEvents(): void {
  const queries = useQueryClient()
  const listener = useCallback(
    (ev: Ev) => {
      if (!ev.op.startsWith('rule.')) return
      queries.setQueryData<readonly Rule[]>(key, (rules) => rules && withEvent(rules, ev))
    },
    [queries],
  )
  // Events are only heard of topics that somebody subscribes to.
  useTenantTopic()
  useTopicEvents('tenant', listener)
}

/** Who has read further back than this is not taken from there. */
const PAGES_READ_AGAIN = 2

/** What is on the screen of these rules' work is read again; `null`: of all. */
export function readRunsAgain(queries: QueryClient, rules: ReadonlySet<string> | null): void {
  void queries.invalidateQueries({ queryKey: key })
  void queries.invalidateQueries({
    queryKey: ['rule-runs'],
    predicate: ({ queryKey, state }) =>
      (rules === null || rules.has(String(queryKey[1]))) &&
      ((state.data as { pages?: unknown[] } | undefined)?.pages?.length ?? 0) <= PAGES_READ_AGAIN,
  })
}

/** Runs are shown as they come. */
export function useRunsLive(): void {
  const queries = useQueryClient()
  const topic = useTopic(RULES)
  const isLive = useObservable(liveStatus).phase === 'live'
  const wasLive = useRef(isLive)
  useEffect(() => {
    // What rules did while nobody heard of it was told to nobody.
    if (isLive && !wasLive.current) readRunsAgain(queries, null)
    wasLive.current = isLive
  }, [isLive, queries])
  useEffect(
    () => topic?.onTable(WORKED, (rules) => readRunsAgain(queries, rules)),
    [topic, queries],
  )
}

/** Shows a change at once; the event or a new reading has the last word. */
export const patchRule = (queries: QueryClient, id: string, change: Partial<Rule> | null): void => {
  queries.setQueryData<readonly Rule[]>(key, (rules) =>
    change === null
      ? rules?.filter((rule) => rule.id !== id)
      : rules?.map((rule) => (rule.id === id ? { ...rule, ...change } : rule)),
  )
}
export const patchOrder = (queries: QueryClient, order: readonly string[]): void => {
  queries.setQueryData<readonly Rule[]>(key, (rules) => rules && inOrder(rules, order))
}
export const readRulesAgain = (queries: QueryClient): void =>
  void queries.invalidateQueries({ queryKey: key })

const PAGE = 50
export const useRuns = (rule: string, state: RunState | undefined) =>
  useInfiniteQuery({
    queryKey: ['rule-runs', rule, state ?? null],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<Run>>(`/rules/${rule}/runs`, { state, limit: PAGE, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
  })

/** How often it would have fired; nothing is asked while something is missing. */
export const usePreview = (
  parts: Pick<RuleParts, 'trigger' | 'conditions' | 'actions'>,
  isWhole: boolean,
) =>
  useQuery({
    queryKey: ['rule-preview', parts],
    queryFn: ({ signal }) => api.post<Preview>('/rules/preview', { rule: parts }, { signal }),
    enabled: isWhole,
    placeholderData: (before) => before,
    staleTime: 60_000,
  })

/** The webhooks a rule can call; none for who may not see them. */
export const useWebhookChoices = (mayRead: boolean) =>
  useQuery({
    queryKey: ['webhooks'],
    queryFn: async () => (await api.get<Page<Webhook>>('/webhooks')).items,
    enabled: mayRead,
  })
