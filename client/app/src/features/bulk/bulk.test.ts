// What a bulk action says of itself, and who is meant by a choice.
import { expect, test } from 'vitest'
import { selectionOf, ticked } from '@/features/customers/chosen'
import { setLocale } from '@/i18n'
import type { Customer } from '@/wire/records'
import { type Bulk, canUndo, isFresh, isWhole, progressed, reasons, share } from './model'
import { actionText, endText, whyText } from './words'

const bulk = (change: Partial<Bulk> = {}): Bulk => ({
  id: 'b',
  action: { do: 'tag', add: ['Fuar'] },
  state: 'done',
  total: 5000,
  done: 5000,
  changed: 4990,
  failed_count: 10,
  failed: [],
  restored: 0,
  kept: 0,
  by: 'u',
  at: '2026-11-21T10:00:00.000Z',
  finished_at: null,
  revertible_until: null,
  undone_by: null,
  undone_at: null,
  ...change,
})
const names = { person: (id: string) => `@${id}`, stage: () => 'Satış · Randevu' }

test('an action is done only when it says enough', () => {
  expect(isWhole({ do: 'assign' })).toBe(false)
  expect(isWhole({ do: 'assign', owners: [] })).toBe(true)
  expect(isWhole({ do: 'assign', add: [] })).toBe(false)
  expect(isWhole({ do: 'tag', remove: ['x'] })).toBe(true)
  expect(isWhole({ do: 'move', board: 'b', stage: '' })).toBe(false)
  expect(isWhole({ do: 'archive' })).toBe(true)
})

test('sentences', () => {
  setLocale('tr')
  expect(actionText({ do: 'tag', add: ['Fuar'], remove: ['Eski'] }, names)).toBe(
    'Etiketleme: + Fuar, − Eski',
  )
  expect(actionText({ do: 'assign', owners: [] }, names)).toBe('Sorumlu atama: Sorumlusuz bırak')
  expect(actionText({ do: 'assign', add: ['a'] }, names)).toBe('Sorumlu atama: + @a')
  expect(actionText({ do: 'move', board: 'b', stage: 's' }, names)).toBe(
    'Aşamaya taşıma: Satış · Randevu',
  )
  expect(endText(bulk())).toBe('Etiketleme: 4.990 müşteri değişti, 10 yapılamadı')
  expect(endText(bulk({ state: 'undone', restored: 4980, kept: 10 }))).toBe(
    'Etiketleme geri alındı: 4.980 müşteri, 10 olduğu gibi kaldı',
  )
  expect(whyText({ code: 'not_on_this_board' })).toBe('Bu panoda kartı yok')
  expect(whyText({ code: 'forbidden' })).toBe('Bunun için yetkiniz yok.')
})

test('progress goes forward, also while it is undone', () => {
  expect(share(bulk({ state: 'running', done: 1000 }))).toBe(0.2)
  expect(share(bulk({ state: 'undoing', done: 1000 }))).toBe(0.8)
  expect(share(bulk({ total: 0, done: 0 }))).toBe(1)
  const next = progressed(bulk({ state: 'running' }), {
    bulk: 'b',
    state: 'done',
    done: 5000,
    total: 5000,
    changed: 4999,
    failed: 1,
    restored: 0,
    kept: 0,
  })
  expect([next.state, next.changed, next.failed_count, next.id]).toEqual(['done', 4999, 1, 'b'])
  expect(canUndo(next)).toBe(true)
  expect(canUndo(bulk({ state: 'undone' }))).toBe(false)
  expect(canUndo(bulk({ changed: 0 }))).toBe(false)
})

test('reasons are counted, the most frequent first', () => {
  const failed = ['gone', 'stage_full', 'stage_full'].map((code, n) => ({
    customer_id: String(n),
    code,
  }))
  expect(reasons(failed)).toEqual([
    ['stage_full', 2],
    ['gone', 1],
  ])
})

test('all that match, but those that were unticked', () => {
  const rows = ['a', 'b', 'c'].map((id) => ({ id }) as Customer)
  const all = { all: true as const, except: new Set<string>() }
  const search = { q: ' ışık ', tag: ['Fuar'], sort: 'name' as const, view: 'v' }
  expect(selectionOf(all, search)).toEqual({ q: 'ışık', filter: { tag: ['Fuar'] } })
  const some = ticked(all, rows, new Set(['a', 'c']))
  expect(selectionOf(some, search)).toEqual({
    q: 'ışık',
    filter: { tag: ['Fuar'] },
    except: ['b'],
  })
  // Ticked again, it is meant again; rows that are not loaded are as they were.
  expect(selectionOf(ticked(some, rows, new Set(['a', 'b', 'c'])), {})).toEqual({ filter: {} })
  // No box left: nobody is meant.
  expect(selectionOf(ticked(some, rows, new Set()), {})).toEqual({ ids: [] })
  const named = ticked({ all: false, rows: new Map() }, rows, new Set(['b']))
  expect(selectionOf(named, {})).toEqual({ ids: ['b'] })
})

test('a reload keeps what is under way, and what was over just now with its undo', () => {
  const now = Date.parse('2026-11-21T10:00:20.000Z')
  const over = bulk({ finished_at: '2026-11-21T10:00:00.000Z' })
  expect(isFresh(bulk({ state: 'running' }), now)).toBe(true)
  expect(isFresh(over, now)).toBe(true)
  expect(isFresh(over, now + 15_000)).toBe(false)
  expect(isFresh({ ...over, state: 'undone' }, now)).toBe(false)
})

test('after its time nothing is offered that would be refused', () => {
  const now = Date.parse('2026-12-30T10:00:00.000Z')
  expect(canUndo(bulk({ revertible_until: '2026-12-31T10:00:00.000Z' }), now)).toBe(true)
  expect(canUndo(bulk({ revertible_until: '2026-12-29T10:00:00.000Z' }), now)).toBe(false)
})
