// How screens look at live state.
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react'
import type { Ev } from '@/wire/frames'
import type { Board, Department, Role, Team, User } from '@/wire/records'
import type { Engine } from './engine'
import { engine } from './live'
import { type Observable, observable, useObservable } from './observable'
import type { TopicPresence } from './presence'
import type { Subscription, TopicStatus } from './subscription'
import type { Row } from './tables'

export { useMinute } from './minute'

const never = () => () => {}
const loading = observable<TopicStatus>('loading')
const nobody = observable<TopicPresence>({ people: [], holding: [], typing: [] })

/**
 * Subscribes while the component lives; undefined for the first moment and without a key. `source` is
 * what the screens look at, unless somebody must hear what is meant for the signed-in person.
 */
export function useTopic(
  key: string | null | undefined,
  source: Observable<Engine | undefined> = engine,
): Subscription | undefined {
  const live = useObservable(source)
  const [subscription, setSubscription] = useState(() => (key ? live?.find(key) : undefined))
  useEffect(() => {
    if (!live || !key) {
      setSubscription(undefined)
      return
    }
    setSubscription(live.subscribe(key))
    return () => live.release(key)
  }, [live, key])
  return subscription?.key === key ? subscription : undefined
}

export const useTopicStatus = (subscription: Subscription | undefined): TopicStatus =>
  useObservable(subscription?.status ?? loading)

export const usePresence = (subscription: Subscription | undefined): TopicPresence =>
  useObservable(subscription?.presence.state ?? nobody)

export function useRow<T extends Row>(
  subscription: Subscription | undefined,
  table: string,
  id: string,
): T | undefined {
  const subscribe = useCallback(
    (listener: () => void) => subscription?.onRow(table, id, listener) ?? (() => {}),
    [subscription, table, id],
  )
  return useSyncExternalStore(subscribe, () => subscription?.get<T>(table, id))
}

const nothing: readonly never[] = []

/** All rows of a table, in no order; for small tables (stages, users, notes). */
export function useRows<T extends Row>(
  subscription: Subscription | undefined,
  table: string,
): readonly T[] {
  const subscribe = useCallback(
    (listener: () => void) => subscription?.onTable(table, listener) ?? never(),
    [subscription, table],
  )
  return useSyncExternalStore(subscribe, () => subscription?.list<T>(table) ?? nothing)
}

/** Hears events as they are committed; for notices, never for state. */
export function useTopicEvents(key: string | null | undefined, listener: (ev: Ev) => void): void {
  const live = useObservable(engine)
  useEffect(() => {
    if (live && key) return live.onEvent(key, listener)
  }, [live, key, listener])
}

// The tenant's people and boards are needed everywhere.
export const useTenantTopic = (): Subscription | undefined => useTopic('tenant')
export const useUsers = (): readonly User[] => useRows<User>(useTenantTopic(), 'users')
export const useBoards = (): readonly Board[] => useRows<Board>(useTenantTopic(), 'boards')
export const useRoles = (): readonly Role[] => useRows<Role>(useTenantTopic(), 'roles')
export const useTeams = (): readonly Team[] => useRows<Team>(useTenantTopic(), 'teams')
export const useDepartments = (): readonly Department[] =>
  useRows<Department>(useTenantTopic(), 'departments')
export const useUser = (id: string | null): User | undefined =>
  useRow<User>(useTenantTopic(), 'users', id ?? '')
