// What the server refuses is neither said to be done nor taken back by Ctrl+Z.
import { expect, test, vi } from 'vitest'
import { setLocale } from '@/i18n'
import type { CommandInit } from './engine'
import { offerUndo, undoLast, undoThrough } from './undo'

const { shown } = vi.hoisted(() => ({ shown: new Set<string>() }))
vi.mock('@/ui/toasts', () => ({
  toast: (text: string) => shown.add(text),
  dismissToasts: (text: string) => shown.delete(text),
}))

const back: CommandInit = { topic: 'me', op: 'reminder.reopen', d: {} }

test('an offer goes with the refusal', async () => {
  setLocale('tr')
  const given = vi.fn(async () => {})
  undoThrough(given)
  offerUndo(
    { text: 'Tamamlandı: Ara', inverse: () => [back] },
    { given: Promise.resolve(undefined) },
  )
  expect(shown).toContain('Tamamlandı: Ara')
  await Promise.resolve()
  expect(shown).not.toContain('Tamamlandı: Ara')
  expect(undoLast()).toBe(false)
  expect(given).not.toHaveBeenCalled()
})

test('an offer stays with the answer', async () => {
  const given = vi.fn(async () => {})
  undoThrough(given)
  offerUndo({ text: 'Ertelendi', inverse: () => [back] }, { given: Promise.resolve({ seq: 1 }) })
  await Promise.resolve()
  expect(shown).toContain('Ertelendi')
  expect(undoLast()).toBe(true)
  expect(given).toHaveBeenCalledWith(back)
})
