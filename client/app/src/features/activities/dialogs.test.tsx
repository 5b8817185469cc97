// What somebody typed into a form stands until the server has taken it; its problem stands beside it.
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { setLocale } from '@/i18n'
import { CommandError, type CommandInit } from '@/live/engine'
import type { ActivityType } from '@/wire/work'
import { OutcomeDialog } from './outcome-dialog'
import { TypeDialog } from './type-dialog'

const { live, given, left } = vi.hoisted(() => ({
  live: { up: true },
  given: vi.fn(),
  left: vi.fn(),
}))
vi.mock('@/live/live', async (original) => ({
  ...(await original<object>()),
  engine: { get: () => ({ connection: live }) },
  performOrThrow: given,
  performLater: left,
}))

const type = { id: 't', name: 'Görüşme', outcomes: [] } as unknown as ActivityType
const onClose = vi.fn()
const sent = () => given.mock.calls.map(([init]) => (init as CommandInit).op)
const write = (label: string, text: string) =>
  fireEvent.change(screen.getByLabelText(label), { target: { value: text } })
const save = () => fireEvent.click(screen.getByRole('button', { name: 'Kaydet' }))

beforeEach(() => {
  vi.stubGlobal('CSS', { escape: String })
  setLocale('tr')
  live.up = true
})
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
  vi.resetAllMocks()
})

test('a type that is refused stands with its name and the reason', async () => {
  given.mockRejectedValueOnce(
    new CommandError('invalid', '', undefined, undefined, [
      { field: 'name', code: 'too_long', message: '' },
    ]),
  )
  render(<TypeDialog onClose={onClose} />)
  write('Türün adı', 'Saha ziyareti')
  save()
  expect(await screen.findByText('Çok uzun.')).toBeTruthy()
  expect(screen.getByLabelText<HTMLInputElement>('Türün adı').value).toBe('Saha ziyareti')
  expect(onClose).not.toHaveBeenCalled()
  given.mockResolvedValueOnce({})
  save()
  await waitFor(() => expect(onClose).toHaveBeenCalledOnce())
  expect(sent()).toEqual(['activity_type.create', 'activity_type.create'])
})

test('an outcome that is refused as a whole keeps everything', async () => {
  given.mockRejectedValueOnce(new CommandError('forbidden', ''))
  render(<OutcomeDialog type={type} onClose={onClose} />)
  write('Sonucun adı', 'Teklif istedi')
  write('Kaç dakika sonra hatırlat', '90')
  save()
  expect(await screen.findByText('Bunun için yetkiniz yok.')).toBeTruthy()
  expect(screen.getByLabelText<HTMLInputElement>('Sonucun adı').value).toBe('Teklif istedi')
  expect(onClose).not.toHaveBeenCalled()
})

test('without a connection it waits with the others, and nobody with it', () => {
  live.up = false
  render(<TypeDialog onClose={onClose} />)
  write('Türün adı', 'Saha ziyareti')
  save()
  expect(left).toHaveBeenCalledOnce()
  expect(given).not.toHaveBeenCalled()
  expect(onClose).toHaveBeenCalledOnce()
})
