// Saved views: one's own on `me`, everybody's on `tenant`, both in the table `views`.
import { extendModel, type ModelPart, type PendingCommand } from '@/live/model'
import type { Writer } from '@/live/tables'

export type ViewScreen = 'customers' | 'board' | 'agenda'
/** What a screen looks at, in the screen's own words. */
export type ViewQuery = Record<string, unknown>

export interface View {
  id: string
  screen: ViewScreen
  name: string
  query: ViewQuery
  /** Whether everybody has it. */
  shared: boolean
  /** Whose it is; of a shared one, who made it. */
  owner: string
  position: number
}

function reorder(to: Writer, ids: readonly string[]): void {
  for (const [position, id] of ids.entries()) {
    const view = to.get<View>('views', id)
    if (view && view.position !== position) to.put('views', id, { ...view, position })
  }
}

function predict(to: Writer, { id, topic, op, d }: PendingCommand): void {
  if (op === 'view.save') {
    const { screen, name, query } = d as unknown as Pick<View, 'screen' | 'name' | 'query'>
    const shared = topic === 'tenant'
    to.put('views', id, { id, screen, name, query, shared, owner: '', position: 1000 })
    return
  }
  if (op === 'view.reorder') return reorder(to, d.order as string[])
  const view = to.get<View>('views', String(d.view))
  if (!view) return
  if (op === 'view.remove') to.remove('views', view.id)
  if (op === 'view.update') {
    const { name = view.name, query = view.query } = d as Partial<View>
    to.put('views', view.id, { ...view, name, query })
  }
}

export const viewsPart: ModelPart = {
  snapshot(to, d: { views?: View[] }) {
    for (const view of d.views ?? []) to.put('views', view.id, view)
  },
  event(to, { op, d }) {
    if (op === 'view.saved') {
      const { view } = d as { view: View }
      to.put('views', view.id, view)
    } else if (op === 'view.removed') to.remove('views', (d as { id: string }).id)
    else if (op === 'view.reordered') reorder(to, (d as { order: string[] }).order)
  },
  predict(to, command) {
    if (command.op.startsWith('view.')) predict(to, command)
  },
}

extendModel('tenant', viewsPart)
extendModel('me', viewsPart)

const inOrder = (a: View, b: View): number => a.position - b.position || a.id.localeCompare(b.id)

/** Those of one screen, in their order. */
export const viewsOf = (rows: readonly View[], screen: ViewScreen): View[] =>
  rows.filter((view) => view.screen === screen).sort(inOrder)

/** One text for one query, however its keys are ordered. */
export function queryText(query: ViewQuery): string {
  const keys = Object.keys(query).sort()
  return JSON.stringify(keys.map((key) => [key, query[key]]))
}

export const isEmptyQuery = (query: ViewQuery): boolean => Object.keys(query).length === 0

/** The order after a view went one place up or down; undefined where it cannot. */
export function stepped(views: readonly View[], id: string, by: -1 | 1): string[] | undefined {
  const order = views.map((view) => view.id)
  const at = order.indexOf(id)
  const to = at + by
  if (at < 0 || to < 0 || to >= order.length) return undefined
  order.splice(to, 0, ...order.splice(at, 1))
  return order
}
