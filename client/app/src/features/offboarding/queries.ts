// Hand-overs are read over HTTP once; from then on the tenant's events carry each as a whole.
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { all } from '@/features/people/queries'
import { useTenantTopic, useTopicEvents } from '@/live/hooks'
import { api } from '@/session/api'
import type { Ev } from '@/wire/frames'
import type { HandOverPreview, Offboarding, Plan } from '@/wire/leaving'

const KEY = ['offboardings']

export const useOffboardings = () =>
  useQuery({ queryKey: KEY, queryFn: all<Offboarding>('/offboardings') })

const planQuery = (plan: Plan) =>
  plan.kind === 'user' ? { to: plan.to } : plan.kind === 'team' ? { team: plan.team } : {}

/** Who would get how much. The work of others goes on meanwhile, so it is asked again. */
export const usePreview = (user: string | undefined, plan: Plan | undefined) =>
  useQuery({
    queryKey: ['offboarding-preview', user, plan],
    queryFn: ({ signal }) =>
      api.get<HandOverPreview>(
        `/users/${user}/offboarding/preview`,
        plan && planQuery(plan),
        signal,
      ),
    enabled: user !== undefined && plan !== undefined,
    placeholderData: keepPreviousData,
    staleTime: 0,
    refetchInterval: 15_000,
  })

/** An older page of the past must not undo what was heard since. */
export function put(list: readonly Offboarding[], item: Offboarding): Offboarding[] {
  const known = list.some((each) => each.id === item.id)
  return known ? list.map((each) => (each.id === item.id ? item : each)) : [item, ...list]
}

export function useOffboardingEvents(): void {
  const queries = useQueryClient()
  const listener = useCallback(
    ({ op, d }: Ev) => {
      if (!op.startsWith('offboarding.')) return
      const { offboarding } = d as { offboarding: Offboarding }
      queries.setQueryData<Offboarding[]>(KEY, (list) => list && put(list, offboarding))
    },
    [queries],
  )
  useTenantTopic()
  useTopicEvents('tenant', listener)
}
