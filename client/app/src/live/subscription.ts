// A topic that screens look at: who watches which rows, and whether it is there yet.
import type { Err } from '@/wire/frames'
import { modelOf } from './model'
import { observable } from './observable'
import { Presence } from './presence'
import type { Row } from './tables'
import { Topic } from './topic'

export type TopicStatus = 'loading' | 'ready' | 'failed'

export class Subscription {
  readonly topic: Topic
  readonly presence = new Presence()
  readonly status = observable<TopicStatus>('loading')
  error: Pick<Err, 'code' | 'message' | 'reason'> | undefined
  users = 0
  /** A `sub` is on its way; events before its answer belong to the past. */
  requested = false
  leaveTimer: ReturnType<typeof setTimeout> | undefined
  savedSeq = -1
  /** Up to here events tell what happened while nobody listened. */
  missedTo = -1
  /** How often in a row something was missing. */
  repairs = 0

  private readonly rowListeners = new Map<string, Set<() => void>>()
  private readonly tableListeners = new Map<
    string,
    Set<(ids: ReadonlySet<string> | null) => void>
  >()
  private readonly lists = new Map<string, readonly Row[]>()

  constructor(
    readonly key: string,
    changed: (subscription: Subscription) => void,
  ) {
    this.topic = new Topic(key, modelOf(key), () => changed(this))
  }

  get<T extends Row>(table: string, id: string): T | undefined {
    return this.topic.view.get<T>(table, id)
  }

  /** All rows of a table; the same array until one of them changes. */
  list<T extends Row>(table: string): readonly T[] {
    let list = this.lists.get(table)
    if (!list) {
      list = [...this.topic.view.all<T>(table)]
      this.lists.set(table, list)
    }
    return list as readonly T[]
  }

  onRow(table: string, id: string, listener: () => void): () => void {
    const key = `${table}\0${id}`
    return listen(this.rowListeners, key, listener)
  }
  /** `ids` are the rows that changed; null = any of them. */
  onTable(table: string, listener: (ids: ReadonlySet<string> | null) => void): () => void {
    return listen(this.tableListeners, table, listener)
  }

  /** Tells the watchers; called once a frame. */
  flush(): void {
    if (this.topic.ready && this.status.get() === 'loading') this.status.set('ready')
    const touched = this.topic.takeTouched()
    if (touched.all) {
      this.lists.clear()
      for (const listeners of this.tableListeners.values()) for (const l of listeners) l(null)
      for (const listeners of this.rowListeners.values()) for (const l of listeners) l()
      return
    }
    for (const [table, ids] of touched.rows) {
      this.lists.delete(table)
      for (const l of this.tableListeners.get(table) ?? []) l(ids)
      for (const id of ids) for (const l of this.rowListeners.get(`${table}\0${id}`) ?? []) l()
    }
  }

  fail(error: Pick<Err, 'code' | 'message' | 'reason'>): void {
    this.error = error
    this.requested = false
    this.status.set('failed')
  }
}

function listen<L>(map: Map<string, Set<L>>, key: string, listener: L): () => void {
  let listeners = map.get(key)
  if (!listeners) {
    listeners = new Set()
    map.set(key, listeners)
  }
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0 && map.get(key) === listeners) map.delete(key)
  }
}
