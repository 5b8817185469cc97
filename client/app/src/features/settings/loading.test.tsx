// What is still being read has its place; "nothing yet" is said only of what was read.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen } from '@testing-library/react'
import type { ReactElement } from 'react'
import { afterEach, expect, test, vi } from 'vitest'
import { setLocale } from '@/i18n'
import { session } from '@/session/session'
import type { Me } from '@/wire/records'
import { FieldsSection } from './fields'
import { KeysSection } from './keys'

const { get } = vi.hoisted(() => ({ get: vi.fn() }))
vi.mock('@/session/api', async (original) => ({ ...(await original<object>()), api: { get } }))

afterEach(cleanup)

test.each<[string, ReactElement, string]>([
  ['keys', <KeysSection key="keys" />, 'Henüz anahtar yok'],
  ['custom fields', <FieldsSection key="fields" />, 'Henüz özel alan yok'],
])('%s', async (_, section, none) => {
  setLocale('tr')
  session.enter({ user: { id: 'u1' }, tenant: { id: 't1' }, permissions: [] } as unknown as Me)
  let answer: (page: object) => void = () => {}
  get.mockReturnValue(
    new Promise((resolve) => {
      answer = resolve
    }),
  )
  const { container } = render(
    <QueryClientProvider client={new QueryClient()}>{section}</QueryClientProvider>,
  )
  expect(container.querySelector('.skel')).toBeTruthy()
  answer({ items: [], next_cursor: null })
  expect(await screen.findByText(none)).toBeTruthy()
  expect(container.querySelector('.skel')).toBeNull()
})
