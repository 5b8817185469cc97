import { fireEvent, renderHook } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { keyCaps, Listener, pressName } from './keys'
import { listenToKeys, setPlainKeys } from './listen'
import { score, search } from './match'
import { type Command, commandGroups, useCommands } from './registry'

const press = (key: string, more = {}) =>
  pressName({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more })

afterEach(() => setPlainKeys(true))

test('Turkish letters and diacritics do not matter', () => {
  for (const query of ['isik', 'ışık', 'IŞIK', 'Işık'])
    expect(score(query, 'Işık Ltd.')).not.toBe(0)
  expect(score('istanbul', 'İSTANBUL ofisi')).not.toBe(0)
  expect(score('gorunum', 'Görünüm: Koyu')).not.toBe(0)
  expect(score('xyz', 'Işık Ltd.')).toBe(0)
})

test('every word must be found, in any order', () => {
  expect(score('kart yeni', 'Yeni kart')).not.toBe(0)
  expect(score('yeni masa', 'Yeni kart')).toBe(0)
})

test('the beginning of a title beats the middle, a whole word beats a part, initials count', () => {
  expect(score('ta', 'Taşı')).toBeGreaterThan(score('ta', 'Randevu al ta'))
  expect(score('ata', 'Ata')).toBeGreaterThan(score('ata', 'Atama listesi'))
  expect(score('yk', 'Yeni kart')).not.toBe(0)
  expect(score('board', 'Pano', 'board kanban')).not.toBe(0)
  expect(score('', 'Pano')).not.toBe(0)
})

const command = (id: string, title: string, more: Partial<Command> = {}): Command => ({
  id,
  title,
  run: () => {},
  ...more,
})

test('children are found directly, under their parent, and after it', () => {
  const move = command('card.move', 'Taşı', {
    children: () => [command('stage.1', 'Randevu'), command('stage.2', 'Kapora')],
  })
  expect(search('randevu', [move]).map((f) => [f.command.id, f.under?.id])).toEqual([
    ['stage.1', 'card.move'],
  ])
  expect(search('taşı', [move])[0]?.command.id).toBe('card.move')
  expect(search('tasi kap', [move])[0]?.command.id).toBe('stage.2')
})

test('what was used lately wins among equals, and keys without an action are not found', () => {
  const a = command('a', 'Dışa aktar')
  const b = command('b', 'Dışa aktar')
  expect(search('disa', [a, b], ['b']).map((f) => f.command.id)).toEqual(['b', 'a'])
  expect(search('disa', [command('c', 'Dışa', { keyOnly: true })])).toEqual([])
})

test('a key has one name on every layout', () => {
  expect(press('İ')).toBe('i')
  expect(press('ı')).toBe('i')
  expect(press('?', { shiftKey: true })).toBe('?')
  expect(press('K', { ctrlKey: true })).toBe('mod+k')
  expect(press('k', { metaKey: true })).toBe('mod+k')
  expect(press('ArrowUp', { ctrlKey: true, shiftKey: true })).toBe('mod+shift+ArrowUp')
  // AltGr types letters on Turkish keyboards.
  expect(press('@', { altKey: true, ctrlKey: true })).toBeUndefined()
})

test('a sequence waits for its next key, for a second', () => {
  const keys = [
    ['g p', 'boards'],
    ['g m', 'customers'],
    ['n', 'new'],
  ] as const
  const listener = new Listener()
  expect(listener.hear('g', keys, 0)).toBe('wait')
  expect(listener.hear('m', keys, 500)).toEqual({ run: 'customers' })
  expect(listener.hear('m', keys, 600)).toBeUndefined()
  expect(listener.hear('g', keys, 1000)).toBe('wait')
  expect(listener.hear('n', keys, 2500)).toEqual({ run: 'new' })
  expect(listener.hear('g', keys, 3000)).toBe('wait')
  // A wrong second key ends the sequence and means nothing else.
  expect(listener.hear('n', keys, 3100)).toBeUndefined()
  expect(listener.isWaiting).toBe(false)
})

test('keys are drawn as on the keyboard', () => {
  expect(keyCaps('mod+k', false)).toEqual(['Ctrl', 'K'])
  expect(keyCaps('mod+k', true)).toEqual(['⌘', 'K'])
  expect(keyCaps('g p', false)).toEqual(['G', 'P'])
  expect(keyCaps(' ', false)).toEqual(['Space'])
})

test('what was mounted last wins, fields keep their letters, and plain keys can be switched off', () => {
  const below = vi.fn()
  const above = vi.fn()
  const open = vi.fn()
  const stop = listenToKeys()
  const screen = renderHook(() =>
    useCommands('Ekran', () => [
      command('s.n', 'Yeni', { keys: 'n', run: below }),
      command('s.k', 'Palet', { keys: 'mod+k', run: open }),
    ]),
  )
  const panel = renderHook(() =>
    useCommands('Yan', () => [command('p.n', 'Not', { keys: 'n', run: above })]),
  )
  fireEvent.keyDown(document.body, { key: 'n' })
  expect([below.mock.calls.length, above.mock.calls.length]).toEqual([0, 1])
  panel.unmount()
  fireEvent.keyDown(document.body, { key: 'N', shiftKey: true })
  expect(below).toHaveBeenCalledTimes(1)

  const field = document.body.appendChild(document.createElement('input'))
  fireEvent.keyDown(field, { key: 'n' })
  expect(below).toHaveBeenCalledTimes(1)
  fireEvent.keyDown(field, { key: 'k', ctrlKey: true })
  expect(open).toHaveBeenCalledTimes(1)

  setPlainKeys(false)
  fireEvent.keyDown(document.body, { key: 'n' })
  expect(below).toHaveBeenCalledTimes(1)
  fireEvent.keyDown(document.body, { key: 'k', metaKey: true })
  expect(open).toHaveBeenCalledTimes(2)

  screen.unmount()
  expect(commandGroups()).toEqual([])
  field.remove()
  stop()
})

test('what only fades away has no keys any more; what is open has them first', () => {
  const create = vi.fn()
  const open = vi.fn()
  const stop = listenToKeys()
  const screen = renderHook(() =>
    useCommands('Ekran', () => [
      command('s.n', 'Yeni', { keys: 'n', run: create }),
      command('s.k', 'Palet', { keys: 'mod+k', run: open }),
    ]),
  )
  const over = document.body.appendChild(document.createElement('div'))
  over.className = 'scrim'
  over.innerHTML = '<div role="dialog"><input></div>'
  const field = over.querySelector('input') as HTMLInputElement
  fireEvent.keyDown(field, { key: 'k', ctrlKey: true })
  fireEvent.keyDown(document.body, { key: 'n' })
  expect([create.mock.calls.length, open.mock.calls.length]).toEqual([0, 0])
  over.dataset.exiting = 'true'
  fireEvent.keyDown(field, { key: 'k', ctrlKey: true })
  fireEvent.keyDown(field, { key: 'n' })
  expect([create.mock.calls.length, open.mock.calls.length]).toEqual([1, 1])
  over.remove()

  const list = document.body.appendChild(document.createElement('div'))
  list.className = 'pop'
  list.innerHTML = '<div role="menu" tabindex="-1"></div>'
  const menu = list.firstElementChild as Element
  fireEvent.keyDown(menu, { key: 'n' })
  expect(create).toHaveBeenCalledTimes(1)
  list.dataset.exiting = 'true'
  fireEvent.keyDown(menu, { key: 'n' })
  expect(create).toHaveBeenCalledTimes(2)
  setPlainKeys(false)
  fireEvent.keyDown(menu, { key: 'n' })
  expect(create).toHaveBeenCalledTimes(2)
  list.remove()
  screen.unmount()
  stop()
})
