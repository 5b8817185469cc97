// Saved views as rows: what events and own commands make of them, and their order.
import { expect, test } from 'vitest'
import { queryText, stepped, type View, viewsOf, viewsPart } from './model'

function shelf(...views: View[]) {
  const rows = new Map<string, View>(views.map((view) => [view.id, view]))
  const writer = {
    get: (_: string, id: string) => rows.get(id),
    put: (_: string, id: string, row: View) => void rows.set(id, row),
    remove: (_: string, id: string) => void rows.delete(id),
  }
  return { rows, writer: writer as never }
}
const view = (id: string, position: number, change: Partial<View> = {}): View => ({
  id,
  screen: 'customers',
  name: id,
  query: {},
  shared: false,
  owner: 'me',
  position,
  ...change,
})
const event = (op: string, d: unknown) => ({ op, d }) as never
const command = (op: string, d: Record<string, unknown>, topic = 'me') => ({
  id: 'new',
  topic,
  op,
  d,
  at: 0,
})

test('events', () => {
  const { rows, writer } = shelf(view('a', 0), view('b', 1))
  viewsPart.event?.(writer, event('view.saved', { view: view('a', 0, { name: 'Yeni ad' }) }))
  viewsPart.event?.(writer, event('view.reordered', { screen: 'customers', order: ['b', 'a'] }))
  expect(viewsOf([...rows.values()], 'customers').map(({ name }) => name)).toEqual(['b', 'Yeni ad'])
  viewsPart.event?.(writer, event('view.removed', { id: 'b' }))
  expect([...rows.keys()]).toEqual(['a'])
})

test('own commands are shown at once', () => {
  const { rows, writer } = shelf(view('a', 0))
  const predict = (op: string, d: Record<string, unknown>, topic?: string) =>
    viewsPart.predict?.(writer, command(op, d, topic), writer)
  predict('view.save', { screen: 'board', name: 'Sıcak', query: { tag: ['x'] } }, 'tenant')
  expect(rows.get('new')).toMatchObject({ shared: true, name: 'Sıcak', screen: 'board' })
  predict('view.update', { view: 'a', query: { q: 'ışık' } })
  expect(rows.get('a')).toMatchObject({ name: 'a', query: { q: 'ışık' } })
  predict('view.remove', { view: 'a' })
  predict('view.remove', { view: 'gone' })
  predict('reminder.add', { view: 'new' })
  expect([...rows.keys()]).toEqual(['new'])
})

test('order and sameness', () => {
  const views = [view('a', 0), view('b', 1), view('c', 2)]
  expect(stepped(views, 'b', -1)).toEqual(['b', 'a', 'c'])
  expect(stepped(views, 'b', 1)).toEqual(['a', 'c', 'b'])
  expect(stepped(views, 'a', -1)).toBeUndefined()
  expect(stepped(views, 'x', 1)).toBeUndefined()
  expect(queryText({ a: 1, b: [2] })).toBe(queryText({ b: [2], a: 1 }))
})
