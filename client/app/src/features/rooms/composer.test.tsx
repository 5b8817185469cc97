// The field below a room: what is corrected is not lost by a refusal, and keys of a composition send
// nothing.
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { createRef } from 'react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { session } from '@/session/session'
import type { Me } from '@/wire/records'
import type { Message, Room } from '@/wire/rooms'
import { Composer } from './composer'
import { beginEdit, drafts } from './drafts'

const given = vi.hoisted(() => ({ editMessage: vi.fn(), sendMessage: vi.fn() }))
vi.mock('./commands', () => given)
vi.mock('./members', () => ({ useMentionable: () => [] }))
vi.mock('./typing', () => ({ TypingLine: () => null }))
vi.mock('./use-rooms', () => ({
  useChat: () => ({ people: { active: [], of: (id: string) => ({ id, name: id }) }, me: 'u1' }),
  roomName: () => 'Elif',
}))

const room = { id: 'r1', kind: 'direct', members: [], member_count: 2 } as unknown as Room
const message = (more: Partial<Message> = {}): Message =>
  ({ id: 'm1', n: 1, kind: 'text', text: 'eski', mentions: [], version: 1, ...more }) as Message

let now: Message
const show = () =>
  render(
    <Composer
      room={room}
      messageOf={() => now}
      onEditLast={() => {}}
      onSent={() => {}}
      field={createRef()}
    />,
  )
const field = () => screen.getByRole('textbox') as HTMLTextAreaElement
const type = (value: string) => fireEvent.change(field(), { target: { value } })

beforeEach(() => {
  vi.stubGlobal('matchMedia', () => ({
    matches: false,
    addEventListener: () => {},
    removeEventListener: () => {},
  }))
  session.enter({
    user: { id: 'u1' },
    tenant: { id: 't1', time_zone: 'Europe/Istanbul' },
    permissions: ['chat.use'],
    visibility: 'all',
  } as unknown as Me)
  given.editMessage.mockReset()
  given.sendMessage.mockReset()
  now = message()
})
afterEach(() => {
  cleanup()
  session.leave()
  drafts.set({})
  vi.unstubAllGlobals()
})

test('a refused correction keeps its words, and is given again of the message as it stands', async () => {
  given.editMessage.mockResolvedValueOnce(false).mockResolvedValueOnce(true)
  beginEdit('r1', message())
  const { unmount } = show()
  type('düzgün')
  await act(async () => void fireEvent.keyDown(field(), { key: 'Enter' }))
  expect(given.editMessage).toHaveBeenCalledWith('r1', message(), 'düzgün', [])
  expect(field().value).toBe('düzgün')
  // Another device of mine was faster. Whoever looks into another room finds it here again.
  unmount()
  now = message({ text: 'başka', version: 2 })
  show()
  expect(field().value).toBe('düzgün')
  await act(async () => void fireEvent.keyDown(field(), { key: 'Enter' }))
  expect(given.editMessage).toHaveBeenLastCalledWith('r1', now, 'düzgün', [])
  expect(field().value).toBe('')
})

test('a refusal that comes late takes nothing from what is corrected by then', async () => {
  let refuse = (_: boolean) => {}
  given.editMessage.mockReturnValueOnce(new Promise((resolve) => (refuse = resolve)))
  beginEdit('r1', message())
  show()
  type('ilk')
  fireEvent.keyDown(field(), { key: 'Enter' })
  act(() => beginEdit('r1', message({ id: 'm2', text: 'ikinci' })))
  type('ikinci!')
  await act(async () => refuse(false))
  expect(field().value).toBe('ikinci!')
  fireEvent.keyDown(field(), { key: 'Escape' })
  expect(field().value).toBe('ilk')
})

test('the Enter that ends a composition sends nothing, also where it is told after its end', () => {
  show()
  type('にほん')
  fireEvent.keyDown(field(), { key: 'Enter', keyCode: 229 })
  fireEvent.keyDown(field(), { key: 'Enter', isComposing: true })
  expect(given.sendMessage).not.toHaveBeenCalled()
  fireEvent.keyDown(field(), { key: 'Enter', keyCode: 13 })
  expect(given.sendMessage).toHaveBeenCalledOnce()
})
