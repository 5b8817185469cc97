// Whoever signs out on the settings' pages leaves as from the menu: asked about what was not sent,
// and with nothing of the house left on the device.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, fireEvent, render, screen, within } from '@testing-library/react'
import type { ReactElement } from 'react'
import { afterEach, expect, test, vi } from 'vitest'
import { setLocale } from '@/i18n'
import { session } from '@/session/session'
import type { Me } from '@/wire/records'
import { DevicesSection } from './devices'
import { MeSection } from './me'

const { leave, askToLeave } = vi.hoisted(() => ({ leave: vi.fn(), askToLeave: vi.fn() }))
vi.mock('@/live/live', async (original) => ({ ...(await original<object>()), leave }))
vi.mock('@/shell/leave', () => ({ askToLeave }))
vi.mock('@/features/agenda/setup/feed', () => ({ default: () => null }))

const user = {
  id: 'u1',
  name: 'Ayşe Yıldırım',
  email: 'ayse@ornek.example',
  role: 'sales',
  locale: 'tr',
}

function show(page: ReactElement): void {
  vi.stubGlobal('CSS', { escape: String })
  setLocale('tr')
  session.enter({
    user,
    tenant: { id: 't1', time_zone: 'Europe/Istanbul' },
    permissions: [],
    visibility: 'all',
  } as unknown as Me)
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  queries.setQueryData(['devices'], [])
  render(<QueryClientProvider client={queries}>{page}</QueryClientProvider>)
}

afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
  vi.clearAllMocks()
})

test('from my account', () => {
  show(<MeSection />)
  fireEvent.click(screen.getByRole('button', { name: 'Çıkış yap' }))
  expect(askToLeave).toHaveBeenCalledOnce()
})

test('from everywhere at once', () => {
  show(<DevicesSection />)
  fireEvent.click(screen.getByRole('button', { name: 'Her yerden çık' }))
  fireEvent.click(
    within(screen.getByRole('dialog')).getByRole('button', { name: 'Her yerden çık' }),
  )
  expect(leave).toHaveBeenCalledWith(true)
})
