// An appointment that stands on the screen can be opened without a connection.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, renderHook, waitFor } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ApiError } from '@/session/errors'
import type { Appointment } from '@/wire/agenda'
import { remember } from './model'
import { useAppointment } from './range'

const { get } = vi.hoisted(() => ({ get: vi.fn() }))
vi.mock('@/session/api', async (original) => ({ ...(await original<object>()), api: { get } }))

const at = (id: string, version: number) => ({ id, version, note: `${version}` }) as Appointment

function opened(id: string) {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={queries}>{children}</QueryClientProvider>
  )
  return renderHook(() => useAppointment(id), { wrapper }).result
}

beforeEach(() => void get.mockReset())
afterEach(cleanup)

test('what a range has shown is there at once and stays without a connection', async () => {
  get.mockRejectedValue(new TypeError('Failed to fetch'))
  remember([at('a1', 3)])
  const one = opened('a1')
  expect(one.current.of?.version).toBe(3)
  await waitFor(() => expect(get).toHaveBeenCalled())
  await new Promise((done) => setTimeout(done, 20))
  expect(one.current).toMatchObject({ of: { version: 3 }, error: null })
})

test('the newer of both is shown', async () => {
  remember([at('a2', 3)])
  get.mockResolvedValue(at('a2', 4))
  const one = opened('a2')
  await waitFor(() => expect(one.current.of?.version).toBe(4))
})

test('a refusal takes it away', async () => {
  remember([at('a3', 3)])
  get.mockRejectedValue(new ApiError({ type: '', title: '', status: 404, code: 'not_found' }))
  const one = opened('a3')
  await waitFor(() => expect(one.current.of).toBeUndefined())
  expect(one.current.error).toBeInstanceOf(ApiError)
})
