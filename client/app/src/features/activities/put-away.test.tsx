// What a colleague puts away while a form is open is said, and what was typed is kept.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import type { ReactElement } from 'react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { setLocale } from '@/i18n'
import { CommandError } from '@/live/engine'
import { session } from '@/session/session'
import type { Me } from '@/wire/records'
import type { Activity, ActivityType, Outcome } from '@/wire/work'
import { ActivityDialog } from './activity-dialog'
import { OutcomeSheet } from './outcome-sheet'

const { closeActivity, openActivity, house } = vi.hoisted(() => ({
  closeActivity: vi.fn(),
  openActivity: vi.fn(),
  house: { types: [] as unknown[] },
}))
vi.mock('./commands', async (original) => ({
  ...(await original<object>()),
  closeActivity,
  openActivity,
  isConnected: () => true,
}))
vi.mock('./types', async (original) => ({
  ...(await original<object>()),
  useActivityTypes: () => {
    const all = house.types as ActivityType[]
    const of = (id: string) => all.find((type) => type.id === id)
    return { all, live: all.filter((type) => !type.archived_at), of }
  },
}))
vi.mock('@/features/customers/people', () => ({ usePeople: () => ({ active: [] }) }))

// Whole forms of a busy machine take their time.
vi.setConfig({ testTimeout: 30_000 })

const outcome = (id: string, name: string) =>
  ({
    id,
    name,
    kind: 'positive',
    asks: [{ field: 'note', required: true }],
    position: 0,
    archived_at: null,
  }) as unknown as Outcome
const type = (id: string, name: string, archived_at: string | null = null) =>
  ({
    id,
    name,
    icon: 'phone',
    archived_at,
    outcomes: [outcome('o1', 'Ulaşıldı'), outcome('o2', 'Ulaşılamadı')],
  }) as unknown as ActivityType

function show(form: ReactElement) {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  const page = () => <QueryClientProvider client={queries}>{form}</QueryClientProvider>
  const { rerender } = render(page())
  return () => rerender(page())
}
const archived = (field: string) =>
  new CommandError('invalid', '', undefined, undefined, [{ field, code: 'archived', message: '' }])
const press = (name: string) => fireEvent.click(screen.getByText(name))
const gone = /artık kullanılmıyor/

beforeEach(() => {
  vi.stubGlobal('CSS', { escape: String })
  setLocale('tr')
  session.enter({
    user: { id: 'u1', name: 'Ayşe', role: 'sales' },
    tenant: { id: 't1', time_zone: 'Europe/Istanbul', currency: 'TRY' },
    permissions: [],
    visibility: 'all',
  } as unknown as Me)
  house.types = [type('t1', 'Arama'), type('t2', 'Ziyaret')]
})
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
  vi.resetAllMocks()
})

test('an outcome', async () => {
  closeActivity.mockRejectedValue(archived('outcome'))
  const activity = { id: 'a1', type_id: 't1', title: 'Arama' } as unknown as Activity
  show(<OutcomeSheet activity={activity} onClose={vi.fn()} />)
  press('Ulaşıldı')
  fireEvent.change(screen.getByLabelText(/Not/), { target: { value: 'Yarın arayacak' } })
  press('Kaydet')
  await waitFor(() =>
    expect(screen.getByText(gone).textContent).toContain('“Ulaşıldı” sonucu artık'),
  )
  press('Ulaşılamadı')
  expect(screen.queryByText(gone)).toBeNull()
  expect((screen.getByLabelText(/Not/) as HTMLInputElement).value).toBe('Yarın arayacak')
})

test('a type, refused or seen live', async () => {
  openActivity.mockRejectedValue(archived('type'))
  const onClose = vi.fn()
  const again = show(<ActivityDialog customer="c1" onClose={onClose} />)
  fireEvent.change(screen.getByLabelText('Konu'), { target: { value: 'Teklifi konuş' } })
  press('Aç')
  await waitFor(() => expect(screen.getByText(/“Arama” türü artık kullanılmıyor/)).toBeTruthy())
  expect(onClose).not.toHaveBeenCalled()
  house.types = [type('t1', 'Arama', '2026-11-22T00:00:00.000Z'), type('t2', 'Ziyaret')]
  again()
  expect(screen.getByText(/“Arama” türü artık kullanılmıyor/)).toBeTruthy()
  expect((screen.getByLabelText('Konu') as HTMLInputElement).value).toBe('Teklifi konuş')
})
