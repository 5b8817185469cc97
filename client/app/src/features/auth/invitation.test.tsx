// An invitation that cannot be looked at just now is not told to be over.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { setLocale } from '@/i18n'
import { ApiError } from '@/session/errors'
import { InvitationScreen } from './invitation'

const { post } = vi.hoisted(() => ({ post: vi.fn() }))
vi.mock('@/session/api', async (original) => ({ ...(await original<object>()), api: { post } }))
vi.mock('@tanstack/react-router', async (original) => ({
  ...(await original<object>()),
  Link: ({ children }: { children: string }) => <span>{children}</span>,
  useNavigate: () => () => undefined,
}))

beforeEach(() => {
  setLocale('tr')
  post.mockReset()
  vi.stubGlobal('matchMedia', () => ({ matches: false }))
  window.location.hash = '#token=abc'
})
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

const show = () =>
  render(
    <QueryClientProvider client={new QueryClient()}>
      <InvitationScreen />
    </QueryClientProvider>,
  )

test('without a connection it can be tried again', async () => {
  post.mockRejectedValueOnce(new TypeError('Failed to fetch'))
  post.mockResolvedValue({ email: 'a@b.example', name: 'Can', tenant_name: 'Işık', role: 'sales' })
  show()
  await userEvent.click(await screen.findByRole('button', { name: 'Yeniden dene' }))
  expect(await screen.findByDisplayValue('Can')).toBeTruthy()
})

test('what the server no longer knows is over', async () => {
  post.mockRejectedValue(new ApiError({ type: '', title: '', status: 404, code: 'not_found' }))
  show()
  expect(await screen.findByText('Bağlantı geçerli değil')).toBeTruthy()
})
