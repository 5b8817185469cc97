// A language chosen anywhere is the account's; a browser without a choice takes the account's.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { adoptLocale, currentLocale, setLocale } from '@/i18n'
import { session } from '@/session/session'
import type { Me } from '@/wire/records'
import { chooseLocale } from './language'

beforeEach(() => {
  session.enter({
    user: { id: 'u1', locale: 'tr' },
    tenant: { id: 't1', time_zone: 'Europe/Istanbul' },
    permissions: [],
    visibility: 'all',
  } as unknown as Me)
  session.keepToken({ access_token: 'x', expires_in: 900 })
})
afterEach(() => {
  session.leave()
  localStorage.clear()
  vi.unstubAllGlobals()
})

test('the menu tells the account', async () => {
  setLocale('tr')
  const fetch = vi.fn(async () => Response.json({ id: 'u1', locale: 'en' }))
  vi.stubGlobal('fetch', fetch)
  chooseLocale('en')
  expect(currentLocale()).toBe('en')
  await vi.waitFor(() =>
    expect(session.state.status === 'in' && session.state.user.locale).toBe('en'),
  )
  expect(fetch).toHaveBeenCalledWith(
    '/api/v1/me',
    expect.objectContaining({ method: 'PATCH', body: '{"locale":"en"}' }),
  )
  fetch.mockClear()
  chooseLocale('en')
  expect(fetch).not.toHaveBeenCalled()
})

test('who signs in on a new device finds the language of the account', () => {
  setLocale('en')
  adoptLocale('tr')
  expect(currentLocale()).toBe('en')
  localStorage.clear()
  adoptLocale('tr')
  expect(currentLocale()).toBe('tr')
})
