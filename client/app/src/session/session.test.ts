// What the server says about the signed-in person and their house, and refusals in words.
import { afterEach, expect, test } from 'vitest'
import { setLocale } from '@/i18n'
import { clock, setTimeZone } from '@/i18n/format'
import { CommandError } from '@/live/commands'
import type { Me, Tenant } from '@/wire/records'
import { ApiError, problemText } from './errors'
import { session } from './session'

afterEach(() => {
  session.leave()
  setTimeZone('Europe/Istanbul')
})

const tenant = { id: 't1', name: 'Işık', time_zone: 'Europe/Istanbul' } as unknown as Tenant
const me = { user: { id: 'u1' }, tenant, permissions: [], visibility: 'all' } as unknown as Me

test('a house that moves to another time zone moves every open screen', () => {
  setLocale('tr')
  session.enter(me)
  const noon = new Date('2026-11-21T09:00:00Z')
  expect(clock(noon)).toBe('12.00')
  session.update({ tenant: { ...tenant, time_zone: 'Europe/Berlin' } })
  expect(clock(noon)).toBe('10.00')
})

test('a refusal is never told as a missing connection', () => {
  setLocale('tr')
  const problem = { type: '', title: '', status: 403, code: 'forbidden' }
  expect(problemText(new ApiError(problem))).toBe('Bunun için yetkiniz yok.')
  expect(problemText(new CommandError('forbidden', ''))).toBe('Bunun için yetkiniz yok.')
  expect(problemText(new CommandError('conflict', '', 'stage_full'))).toBe(
    'Aşama dolu: sınıra ulaşıldı.',
  )
  expect(problemText(new TypeError('Failed to fetch'))).toContain('Bağlantı yok')
  expect(problemText(new DOMException('gone', 'AbortError'))).toContain('Bağlantı yok')
})
