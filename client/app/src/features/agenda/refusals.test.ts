// A form waits for its answer only where one can come.
import { expect, test, vi } from 'vitest'
import { CommandError } from '@/live/engine'
import { answered } from './refusals'

const { connection, said } = vi.hoisted(() => ({ connection: { up: true }, said: vi.fn() }))
vi.mock('@/features/activities/commands', () => ({ isConnected: () => connection.up }))
vi.mock('@/ui/toasts', () => ({ toast: said, dismissToasts: () => {} }))

test('with a connection the answer and the refusal are the form’s', async () => {
  connection.up = true
  await expect(answered(Promise.resolve())).resolves.toBeUndefined()
  const refused = new CommandError('conflict', '', 'appointment_state')
  await expect(answered(Promise.reject(refused))).rejects.toBe(refused)
  expect(said).not.toHaveBeenCalled()
})

test('without one the form goes, and a later refusal is said aloud', async () => {
  connection.up = false
  await expect(answered(new Promise(() => {}))).resolves.toBeUndefined()
  await answered(Promise.reject(new CommandError('conflict', '', 'appointment_state')))
  await vi.waitFor(() => expect(said).toHaveBeenCalledOnce())
})
