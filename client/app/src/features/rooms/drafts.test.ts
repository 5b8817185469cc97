// What is being written in two windows of one browser, and what is being corrected.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { session } from '@/session/session'
import type { Me } from '@/wire/records'
import type { Message } from '@/wire/rooms'
import {
  beginEdit,
  drafts,
  editOf,
  emptyDraft,
  endEdit,
  followSession,
  giveBackEdit,
  keepDraft,
  keepWords,
  writeEdit,
} from './drafts'

const KEY = 'nabiz.chat-draft:u1:'
const enter = () =>
  session.enter({
    user: { id: 'u1' },
    tenant: { id: 't1', time_zone: 'Europe/Istanbul' },
    permissions: ['chat.use'],
    visibility: 'all',
  } as unknown as Me)
const words = (text: string) => ({ text, picked: [] })
const message = (id: string, text: string) => ({ id, text, mentions: [] }) as unknown as Message
/** Another window of this browser writes. */
function elsewhere(key: string, newValue: string | null): void {
  if (newValue === null) localStorage.removeItem(key)
  else localStorage.setItem(key, newValue)
  window.dispatchEvent(new StorageEvent('storage', { key, newValue }))
}
const now = (room: string) => drafts.get()[room]
const kept = (room: string) => JSON.parse(localStorage.getItem(KEY + room) ?? 'null')

let stop: () => void
beforeEach(() => {
  localStorage.clear()
  enter()
  stop = followSession()
})
afterEach(() => {
  stop()
  session.leave()
  drafts.set({})
})

test('two windows write in two rooms, and neither takes the other’s words', () => {
  keepDraft('r1', words('burada'))
  elsewhere(`${KEY}r2`, JSON.stringify(words('orada')))
  keepDraft('r1', words('burada da'))
  expect([kept('r1').text, kept('r2').text]).toEqual(['burada da', 'orada'])
  expect(now('r2')?.text).toBe('orada')
  elsewhere(`${KEY}r2`, null)
  expect(now('r2')).toBeUndefined()
  expect(now('r1')?.text).toBe('burada da')
})

test('what others wrote into the storage harms nobody', () => {
  keepDraft('r1', words('dursun'))
  elsewhere('nabiz.chat-draft:u2:r1', JSON.stringify(words('başkası')))
  elsewhere(`${KEY}r2`, '{"broken')
  elsewhere(`${KEY}r3`, '"text"')
  expect(drafts.get()).toEqual({ r1: words('dursun') })
})

test('kept over a restart, gone with whoever signs out', () => {
  keepDraft('r1', words('yarım'))
  drafts.set({})
  followSession()()
  expect(now('r1')?.text).toBe('yarım')
  session.leave('ended')
  expect(kept('r1')?.text).toBe('yarım')
  enter()
  session.leave()
  expect(localStorage.length === 0 || kept('r1') === null).toBe(true)
  expect(drafts.get()).toEqual({})
})

test('a correction waits in its room beside what is being said', () => {
  keepWords('r1', words('yeni söz'))
  beginEdit('r1', message('m1', 'eski'))
  writeEdit('r1', 'düzgün')
  expect(editOf(now('r1') ?? emptyDraft)).toMatchObject({ message: 'm1', was: 'eski' })
  keepWords('r1', words('yeni söz daha'))
  // Begun once more it goes on.
  beginEdit('r1', message('m1', 'eski'))
  expect(now('r1')).toMatchObject({ text: 'yeni söz daha', edits: [{ text: 'düzgün' }] })
  expect(kept('r1').edits).toHaveLength(1)
  endEdit('r1')
  expect(editOf(now('r1') ?? emptyDraft)).toBeUndefined()
  keepWords('r1', emptyDraft)
  expect(now('r1')).toBeUndefined()
})

test('what was refused is given back, below what is being corrected by now', () => {
  beginEdit('r1', message('m1', 'bir'))
  writeEdit('r1', 'bir!')
  const given = editOf(now('r1') ?? emptyDraft)
  endEdit('r1')
  beginEdit('r1', message('m2', 'iki'))
  writeEdit('r1', 'iki!')
  if (given) giveBackEdit('r1', given)
  expect(editOf(now('r1') ?? emptyDraft)?.text).toBe('iki!')
  endEdit('r1')
  expect(editOf(now('r1') ?? emptyDraft)?.text).toBe('bir!')
  // The same message, written on since: what is there stays.
  writeEdit('r1', 'bir!!')
  if (given) giveBackEdit('r1', given)
  expect(now('r1')?.edits?.map(({ text }) => text)).toEqual(['bir!!'])
  // Begun elsewhere, what was left untouched is no correction.
  endEdit('r1')
  beginEdit('r1', message('m3', 'üç'))
  beginEdit('r1', message('m4', 'dört'))
  expect(now('r1')?.edits?.map(({ message: id }) => id)).toEqual(['m4'])
})
