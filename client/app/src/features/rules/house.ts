// Everything a rule can name, read once for list and editor: boards, stages, people, types, services.
import { useQueries, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useActivityTypes } from '@/features/activities/types'
import { sourceName } from '@/features/boards/source'
import { type People, usePeople } from '@/features/customers/people'
import { type Named, useCustomFields, useSources, useTags } from '@/features/customers/queries'
import { common } from '@/i18n/common'
import { money } from '@/i18n/format'
import { useBoards, useTeams } from '@/live/hooks'
import { api } from '@/session/api'
import { useSignedIn } from '@/session/session'
import type { Board, CustomField, Stage, Team } from '@/wire/records'
import type { RuleOp, Webhook } from '@/wire/rules'
import type { ActivityType } from '@/wire/work'
import { fieldOf } from './fields'
import type { RuleNames } from './names'
import { useWebhookChoices } from './queries'
import { ruleTexts } from './texts'

interface Service {
  id: string
  name: string
  archived_at: string | null
}

export interface House {
  people: People
  teams: readonly Team[]
  boards: readonly Board[]
  /** Live ones, board by board, in their order. */
  stages: readonly Stage[]
  types: readonly ActivityType[]
  /** Archived ones too: a rule that names one still says which. */
  allTypes: readonly ActivityType[]
  services: readonly Service[]
  allServices: readonly Service[]
  tags: readonly Named[]
  sources: readonly Named[]
  custom: readonly CustomField[]
  webhooks: readonly Webhook[]
  mayCallWebhooks: boolean
  currency: string
  /** "Randevu", or "Randevu (Satış)" where there are several boards. */
  stageName: (stage: Stage) => string
}

const byPosition = (a: { position: number }, b: { position: number }) => a.position - b.position
const nothing: readonly never[] = []

export const hostOf = (url: string): string => {
  try {
    return new URL(url).host
  } catch {
    return url
  }
}

export function useHouse(): House {
  const { tenant, permissions } = useSignedIn()
  const people = usePeople()
  const teams = useTeams()
  const boards = useBoards()
  const { live: types, all: allTypes } = useActivityTypes()
  const tags = useTags().data ?? nothing
  const sources = useSources().data ?? nothing
  const custom = useCustomFields().data ?? nothing
  const mayCallWebhooks = permissions.has('webhooks.manage')
  const webhooks = useWebhookChoices(mayCallWebhooks).data ?? nothing
  const liveBoards = useMemo(
    () => boards.filter((board) => !board.archived_at).sort(byPosition),
    [boards],
  )
  const stages = useQueries({
    queries: liveBoards.map(({ id }) => ({
      queryKey: ['board-stages', id],
      queryFn: () => api.get<{ stages: Stage[] }>(`/boards/${id}`, { limit: 1 }),
    })),
    combine: (read) => read.map(({ data }) => data?.stages),
  })
  const services =
    useQuery({
      queryKey: ['agenda-services'],
      queryFn: async () => (await api.get<{ services: Service[] }>('/agenda/settings')).services,
      enabled: permissions.has('agenda.view'),
    }).data ?? nothing
  return useMemo(() => {
    const live = stages
      .flatMap((each) => [...(each ?? nothing)].sort(byPosition))
      .filter((stage) => !stage.archived_at)
    const boardName = new Map(liveBoards.map((board) => [board.id, board.name]))
    return {
      people,
      teams,
      boards: liveBoards,
      stages: live,
      types,
      allTypes,
      allServices: services,
      services: services.filter((service) => !service.archived_at),
      tags,
      sources,
      custom,
      webhooks,
      mayCallWebhooks,
      currency: tenant.currency,
      stageName: ({ name, board_id }) =>
        liveBoards.length > 1 ? `${name} (${boardName.get(board_id) ?? ''})` : name,
    }
  }, [
    people,
    teams,
    liveBoards,
    stages,
    types,
    allTypes,
    services,
    tags,
    sources,
    custom,
    webhooks,
    mayCallWebhooks,
    tenant.currency,
  ])
}

const nameIn =
  (rows: readonly { id: string; name: string }[]) =>
  (id: string): string | undefined =>
    rows.find((row) => row.id === id)?.name

/** Who has left keeps the name; it says so, since nothing falls on them any more. */
export function personName({ people }: House, id: string): string | undefined {
  const { name } = people.of(id)
  if (people.active.some((user) => user.id === id)) return name
  return name === common('unknownUser') ? undefined : ruleTexts('left', { name })
}

/** What is archived keeps its name too, and says so: nothing new comes of it. */
const nameWithArchived =
  (
    rows: readonly { id: string; key?: string | null; name: string; archived_at: string | null }[],
  ) =>
  (id: string): string | undefined => {
    const row = rows.find((each) => each.id === id || each.key === id)
    return row?.archived_at ? ruleTexts('archived', { name: row.name }) : row?.name
  }

export function namesOf(house: House, op: RuleOp): RuleNames {
  return {
    user: (id) => personName(house, id),
    team: nameIn(house.teams),
    board: nameIn(house.boards),
    stage: (id) => {
      const stage = house.stages.find((each) => each.id === id)
      return stage && house.stageName(stage)
    },
    activityType: nameWithArchived(house.allTypes),
    outcome: nameWithArchived(house.allTypes.flatMap((type) => type.outcomes)),
    service: nameWithArchived(house.allServices),
    source: sourceName,
    webhook: (id) => {
      const hook = house.webhooks.find((each) => each.id === id)
      if (hook) return hostOf(hook.url)
      // Who may not see webhooks is not told that one was deleted.
      return house.mayCallWebhooks ? undefined : '…'
    },
    field: (id) => fieldOf(id, op, house.custom),
    money: (minor) => money({ minor, currency: house.currency }),
  }
}
