// What comes from outside is drawn as text; a large payload in parts; a refusal of a form in its field.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import type { ReactElement } from 'react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { setLocale } from '@/i18n'
import { CommandError } from '@/live/engine'
import { ApiError } from '@/session/errors'
import type { Channel, Connection } from '@/wire/channels'
import { ChannelDialog } from './channel-dialog'
import { ConnectionDialog, CredentialDialog } from './connection-dialog'
import { Raw, SHOWN } from './raw'

const { get, post, patch, performOrThrow } = vi.hoisted(() => ({
  get: vi.fn(),
  post: vi.fn(),
  patch: vi.fn(),
  performOrThrow: vi.fn(),
}))
vi.mock('@/session/api', () => ({ api: { get, post, patch } }))
vi.mock('@/live/live', () => ({ performOrThrow, perform: vi.fn() }))
vi.mock('@/live/hooks', () => ({ useTenantTopic: vi.fn(), useTopicEvents: vi.fn() }))

const drawn = (of: ReactElement, channels: unknown[] = []) => {
  get.mockResolvedValue({ items: channels, next_cursor: null })
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  return render(<QueryClientProvider client={queries}>{of}</QueryClientProvider>)
}

const click = (on: HTMLElement) => fireEvent.click(on)
const write = (into: HTMLElement, value: string) => fireEvent.change(into, { target: { value } })

const connection: Connection = {
  id: 'a',
  name: 'Ana uygulama',
  hook_url: 'http://nabiz.example/hooks/meta/x',
  has_access_token: false,
  version: 1,
  created_by: 'u1',
  created_at: '2026-11-21T12:00:00.000Z',
  updated_at: '2026-11-21T12:00:00.000Z',
}

beforeEach(() => {
  setLocale('tr')
  vi.stubGlobal('CSS', { escape: String })
})
afterEach(() => {
  cleanup()
  vi.clearAllMocks()
  vi.unstubAllGlobals()
})

test('what looks like markup stays text', () => {
  const body = '<img src=x onerror="document.title=1"><script>1</script>'
  const { container } = drawn(<Raw payload={{ body, coding: 'text' }} />)
  expect(container.querySelector('img, script')).toBeNull()
  expect(container.querySelector('pre')?.textContent).toBe(body)
  // no JSON: there is no tidy form to choose
  expect(screen.queryByRole('toolbar')).toBeNull()
})

test('a large payload is drawn in part until somebody wants all of it', () => {
  const body = `"${'x'.repeat(SHOWN * 2)}"`
  const { container } = drawn(<Raw payload={{ body, coding: 'text' }} />)
  expect(container.querySelector('pre')?.textContent).toHaveLength(SHOWN)
  click(screen.getByRole('button', { name: 'Hepsini göster' }))
  expect(container.querySelector('pre')?.textContent).toBe(body)
})

test('bytes that are no text say so, and an empty payload too', () => {
  drawn(<Raw payload={{ body: '//4A', coding: 'base64' }} />)
  expect(screen.getByText(/base64 olarak/)).toBeTruthy()
  cleanup()
  drawn(<Raw payload={{ body: '', coding: 'text' }} />)
  expect(screen.getByText('Paket boş.')).toBeTruthy()
})

test('a connection is made once with what was typed, and its token handed on', async () => {
  const onMade = vi.fn()
  drawn(<ConnectionDialog onClose={vi.fn()} onMade={onMade} />)
  click(screen.getByRole('button', { name: 'Bağlan' }))
  expect(screen.getAllByText('Bu alan gerekli.')).toHaveLength(2)
  expect(post).not.toHaveBeenCalled()

  write(screen.getByLabelText('Ad'), 'Ana uygulama')
  const secret = screen.getByLabelText('Uygulama gizli anahtarı (App secret)')
  expect(secret.getAttribute('type')).toBe('password')
  write(secret, 'kisa')
  expect(screen.getByText(/8–1000 harf/)).toBeTruthy()
  write(secret, 'kisa-degil-artik')
  post.mockRejectedValueOnce(new Error('gone'))
  click(screen.getByRole('button', { name: 'Bağlan' }))
  await screen.findByRole('alert')
  post.mockResolvedValueOnce(connection)
  click(screen.getByRole('button', { name: 'Bağlan' }))
  await vi.waitFor(() => expect(onMade).toHaveBeenCalledOnce())

  const [first, second] = post.mock.calls
  expect(first?.[1]).toEqual({
    name: 'Ana uygulama',
    app_secret: 'kisa-degil-artik',
    verify_token: expect.stringMatching(/^[\w-]{32}$/),
  })
  // what may have arrived is sent again under the same key
  expect(second?.[2]).toEqual(first?.[2])
  expect(onMade).toHaveBeenCalledWith({
    connection,
    token: first?.[1].verify_token,
    isNew: true,
  })
})

test('one credential is renewed without the others', async () => {
  const onToken = vi.fn()
  drawn(
    <CredentialDialog
      connection={connection}
      credential="access_token"
      onClose={vi.fn()}
      onToken={onToken}
    />,
  )
  write(screen.getByLabelText('Erişim belirteci (Access token)'), 'EAAG-belirtec')
  patch.mockRejectedValueOnce(
    new ApiError({
      type: 'x',
      title: 'x',
      status: 422,
      code: 'invalid',
      errors: [{ field: 'access_token', code: 'bad_value', message: 'x' }],
    }),
  )
  click(screen.getByRole('button', { name: 'Kaydet' }))
  await screen.findByText(/8–1000 harf/)
  patch.mockResolvedValueOnce({ ...connection, has_access_token: true })
  click(screen.getByRole('button', { name: 'Kaydet' }))
  await vi.waitFor(() => expect(patch).toHaveBeenCalledTimes(2))
  expect(patch.mock.calls[1]).toEqual(['/connections/a', { access_token: 'EAAG-belirtec' }])
  expect(onToken).not.toHaveBeenCalled()
})

test('an account that is taken is said in its field', async () => {
  drawn(<ChannelDialog connection={connection} onClose={vi.fn()} />)
  write(screen.getByLabelText(/Phone number ID/), '2001')
  write(screen.getByLabelText('Kanal adı'), 'Satış hattı')
  performOrThrow.mockRejectedValueOnce(
    new CommandError('invalid', '', undefined, undefined, [
      { field: 'external_id', code: 'taken', message: '' },
    ]),
  )
  click(screen.getByRole('button', { name: 'Kanal ekle' }))
  expect(await screen.findByText(/başka bir kanalınız üstlenmiş/)).toBeTruthy()
  expect(performOrThrow.mock.calls[0]?.[0].d).toEqual({
    connection: 'a',
    kind: 'whatsapp',
    external_id: '2001',
    name: 'Satış hattı',
    silent_hours: 24,
  })
})

test('what a colleague saved meanwhile is shown before anything is saved over it', async () => {
  const mine = { id: '1', kind: 'whatsapp', name: 'Hat', silent_hours: 24, version: 1 } as Channel
  const theirs = { ...mine, name: 'Onların adı', silent_hours: 4, version: 2 }
  drawn(<ChannelDialog channel={mine} onClose={vi.fn()} />, [theirs])
  await vi.waitFor(() => expect(get).toHaveBeenCalled())
  write(screen.getByLabelText('Kanal adı'), 'Hattım')
  performOrThrow.mockRejectedValueOnce(new CommandError('conflict', '', 'version_conflict'))
  click(screen.getByRole('button', { name: 'Kaydet' }))
  click(await screen.findByRole('button', { name: 'Yeni hâlini göster' }))
  expect((screen.getByLabelText('Kanal adı') as HTMLInputElement).value).toBe('Onların adı')
  expect((screen.getByLabelText('Sessizlik uyarısı (saat)') as HTMLInputElement).value).toBe('4')
})
