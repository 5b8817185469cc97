// What is said when a room refuses, and what can be taken back.
import { beforeEach, expect, test, vi } from 'vitest'
import { setLocale } from '@/i18n'
import { CommandError } from '@/live/engine'
import type { Member, Room } from '@/wire/rooms'
import { leaveRoom, react, removeMember } from './commands'

const fake = vi.hoisted(() => ({
  performOrThrow: vi.fn(),
  sayRefused: vi.fn(),
  toast: vi.fn(),
  offerUndo: vi.fn(),
}))
vi.mock('@/live/live', () => ({
  engine: { get: () => undefined },
  performLater: vi.fn(),
  performOrThrow: fake.performOrThrow,
  sayRefused: fake.sayRefused,
}))
vi.mock('@/live/undo', () => ({ offerUndo: fake.offerUndo }))
vi.mock('@/ui/toasts', () => ({ toast: fake.toast }))

const channel = { id: 'r1', kind: 'channel', member_count: 3 } as Room
const member = (role: Member['role']) => ({ user_id: 'u2', role }) as Member
const settle = () => new Promise((done) => setTimeout(done))

beforeEach(() => {
  setLocale('tr')
  for (const each of Object.values(fake)) each.mockReset()
  fake.performOrThrow.mockResolvedValue({})
})

test('an archived room says that it is, not that something else should be chosen', async () => {
  fake.performOrThrow.mockRejectedValueOnce(new CommandError('conflict', '', 'archived'))
  react('r1', 'm1', '👍', true)
  await settle()
  expect(fake.toast.mock.calls[0]?.[0]).toContain('Bu konuşma arşivde')
  expect(fake.sayRefused).not.toHaveBeenCalled()
  const other = new CommandError('gone', '')
  fake.performOrThrow.mockRejectedValueOnce(other)
  react('r1', 'm1', '👍', true)
  await settle()
  expect(fake.sayRefused.mock.calls[0]?.[1]).toBe(other)
})

test('undo is offered where it gives back what was there, and only there', async () => {
  leaveRoom(channel, 'member')
  expect(fake.offerUndo).toHaveBeenCalledOnce()
  // An heir owns it then: who comes back would be a plain member.
  leaveRoom(channel, 'owner')
  removeMember(channel, member('owner'), 'Elif')
  expect(fake.offerUndo).toHaveBeenCalledOnce()
  await settle()
  expect(fake.toast).toHaveBeenCalledTimes(2)
  removeMember(channel, member('member'), 'Elif')
  // Nobody else is in it: who comes first owns it.
  leaveRoom({ ...channel, member_count: 1 }, 'owner')
  expect(fake.offerUndo).toHaveBeenCalledTimes(3)
})
