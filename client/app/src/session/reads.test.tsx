// What was read stays on the screen while only the connection is away.
import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query'
import { act, cleanup, renderHook, waitFor } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, expect, test, vi } from 'vitest'
import { ApiError } from './errors'
import { hasFailed } from './reads'

afterEach(cleanup)

const refusal = (status: number) =>
  new ApiError({ type: '', title: '', status, code: status === 403 ? 'forbidden' : 'unavailable' })
const lost = new TypeError('Failed to fetch')

function reading(queryFn: () => Promise<string>) {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={queries}>{children}</QueryClientProvider>
  )
  return renderHook(() => useQuery({ queryKey: ['roles'], queryFn, notifyOnChangeProps: 'all' }), {
    wrapper,
  }).result
}

test.each([
  ['without a connection', lost, false],
  ['while the server is away', refusal(503), false],
  ['when it may no longer be seen', refusal(403), true],
])('read again %s', async (_, error, gone) => {
  const answer = vi.fn().mockResolvedValueOnce('roles').mockRejectedValue(error)
  const read = reading(answer)
  await waitFor(() => expect(read.current.data).toBe('roles'))
  await act(() => read.current.refetch())
  await waitFor(() => expect(read.current.isError).toBe(true))
  expect(hasFailed(read.current)).toBe(gone)
})

test('never read is said at once', async () => {
  const read = reading(() => Promise.reject(lost))
  await waitFor(() => expect(read.current.isError).toBe(true))
  expect(hasFailed(read.current)).toBe(true)
})
