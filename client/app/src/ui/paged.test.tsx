// Lists go on where their first page ends.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { useImports } from '@/features/imports/queries'
import { setLocale } from '@/i18n'
import { Paged } from './paged'

const { get } = vi.hoisted(() => ({ get: vi.fn() }))
vi.mock('@/session/api', async (original) => ({ ...(await original<object>()), api: { get } }))

function Imports() {
  return (
    <Paged read={useImports()} height={48} empty={<p>Yok</p>}>
      {(item) => <li key={item.id}>{item.file_name}</li>}
    </Paged>
  )
}
const show = () =>
  render(
    <QueryClientProvider
      client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}
    >
      <Imports />
    </QueryClientProvider>,
  )
const page = (name: string, next_cursor: string | null) => ({
  items: [{ id: name, file_name: name }],
  next_cursor,
})

afterEach(() => {
  cleanup()
  get.mockReset()
})

test('older imports come when they are asked for', async () => {
  setLocale('tr')
  get.mockImplementation((_, { cursor }: { cursor: string | null }) =>
    Promise.resolve(cursor ? page('eski.csv', null) : page('yeni.csv', 'c1')),
  )
  show()
  expect(await screen.findByText('yeni.csv')).toBeTruthy()
  fireEvent.click(screen.getByRole('button', { name: 'Daha eskiler' }))
  expect(await screen.findByText('eski.csv')).toBeTruthy()
  expect(screen.getByText('yeni.csv')).toBeTruthy()
  expect(screen.queryByRole('button')).toBeNull()
})

test('nothing so far says so', async () => {
  get.mockResolvedValue({ items: [], next_cursor: null })
  show()
  expect(await screen.findByText('Yok')).toBeTruthy()
})
