// Lines that nobody said, in both languages.
import { renderHook } from '@testing-library/react'
import { expect, test, vi } from 'vitest'
import { setLocale } from '@/i18n'
import type { What } from '@/wire/rooms'
import { useLines } from './system-line'

const people = { active: [], of: (id: string) => ({ id, name: id.toUpperCase() }) }
vi.mock('./use-rooms', () => ({ useChat: () => ({ people, me: 'me' }) }))

test('who came, who went, and what the room is called now', () => {
  setLocale('tr')
  const { result } = renderHook(() => useLines())
  const line = (what: What, by = 'elif') => result.current({ kind: 'system', by, what })
  expect(line({ act: 'joined', users: ['can'] })).toBe('Katıldı: CAN')
  expect(line({ act: 'left', users: ['me'] })).toBe('Ayrıldı: Siz')
  expect(line({ act: 'added', users: ['me', 'can'] })).toBe('Eklendi: Siz, CAN (ekleyen: ELIF)')
  expect(line({ act: 'removed', users: ['can'] }, 'me')).toBe('Çıkarıldı: CAN (çıkaran: Siz)')
  expect(line({ act: 'renamed', users: [], name: 'Satış' })).toBe(
    'Yeni ad: Satış (değiştiren: ELIF)',
  )
  setLocale('en')
  const many = ['a', 'b', 'c', 'd', 'e', 'f']
  expect(line({ act: 'added', users: many })).toBe('Added: A, B, C, D and 2 more (by ELIF)')
  expect(result.current({ kind: 'text', by: 'elif', what: null })).toBeUndefined()
  expect(line({ act: 'sung' as 'joined', users: [] })).toBe('')
  setLocale('tr')
})
