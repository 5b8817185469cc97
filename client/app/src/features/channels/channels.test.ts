// What an address holds, who claims what, what an event changes, and what is typed.
import { QueryClient } from '@tanstack/react-query'
import { beforeEach, expect, test, vi } from 'vitest'
import { setLocale } from '@/i18n'
import { undoLast, undoThrough } from '@/live/undo'
import type { Channel, Connection, Item } from '@/wire/channels'
import { claim, oneClick, reprocess, setState, updateChannel } from './commands'
import { freshToken, idempotent, isCredential } from './credentials'
import { hoursOf, isExternalId } from './fields'
import { asItemKind, firstName, unclaimedOf, whoOf, wordsOf } from './lines'
import { sizeText } from './payload-row'
import { payloadKey, withEvent } from './queries'
import { pretty } from './raw'
import { ledgerOf } from './search'

const { perform, performOrThrow } = vi.hoisted(() => ({
  perform: vi.fn(),
  performOrThrow: vi.fn(),
}))
vi.mock('@/live/live', () => ({ perform, performOrThrow }))

const at = (minute: number) => `2026-11-21T12:${String(minute).padStart(2, '0')}:00.000Z`
const channel = (id: string, more: Partial<Channel> = {}): Channel => ({
  id,
  connection_id: 'a',
  kind: 'whatsapp',
  external_id: '2001',
  name: 'Satış hattı',
  state: 'active',
  silent_hours: 24,
  last_inbound_at: null,
  silent: false,
  version: 1,
  created_by: 'u1',
  created_at: at(0),
  ...more,
})
const connection = (id: string): Connection => ({
  id,
  name: id,
  hook_url: 'https://nabiz.example/hooks/meta/x',
  has_access_token: false,
  version: 1,
  created_by: 'u1',
  created_at: at(0),
  updated_at: at(0),
})
const item = (more: Partial<Item> = {}): Item => ({
  id: 'i',
  hook_id: 'h',
  connection_id: 'a',
  channel_id: null,
  position: 1,
  source: 'whatsapp',
  account: '2001',
  key: 'message:wamid.A',
  kind: 'message',
  contact: 'user:TR.905550000101',
  phone: '905550000101',
  at: at(1),
  state: 'unclaimed',
  d: { contact: { name: 'Deniz Örnek' }, what: 'text', text: 'Merhaba ş' },
  created_at: at(1),
  ...more,
})

beforeEach(() => {
  setLocale('tr')
  perform.mockReset().mockResolvedValue({ d: { version: 5 } })
  performOrThrow.mockReset().mockResolvedValue({ d: { version: 5, channel_id: 'c9' } })
})

test('the address keeps what the ledger knows, and nothing else', () => {
  expect(ledgerOf({ list: 'payloads', state: 'unreadable', channel: 7, payload: 'x' })).toEqual({
    list: 'payloads',
    itemState: undefined,
    payloadState: 'unreadable',
    channel: undefined,
    payload: undefined,
  })
  const [channel, payload] = [`${'0'.repeat(8)}-1-2`, '019a1b2c-0000-7000-8000-00000000000a']
  expect(ledgerOf({ state: 'ready', channel, payload })).toEqual({
    list: 'items',
    itemState: 'ready',
    payloadState: undefined,
    channel: undefined,
    payload,
  })
})

test('credentials are what the server takes, and tokens differ', () => {
  expect(['kisa', 'with a blank', 'türkçe-harfli', 'a'.repeat(1001)].map(isCredential)).toEqual([
    false,
    false,
    false,
    false,
  ])
  const tokens = Array.from({ length: 50 }, freshToken)
  expect(new Set(tokens).size).toBe(50)
  for (const token of tokens) expect(token).toMatch(/^[\w-]{32}$/)
  expect(tokens.every(isCredential)).toBe(true)
})

test('the same request has the same key, another one another', () => {
  const keyOf = idempotent()
  const first = keyOf({ name: 'A' })
  expect(keyOf({ name: 'A' })).toBe(first)
  expect(keyOf({ name: 'B' })).not.toBe(first)
})

test('hours and ids as the server takes them', () => {
  expect(['0', ' 24 ', '720', '721', '-1', '1.5', '', 'x'].map(hoursOf)).toEqual([
    0,
    24,
    720,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ])
  expect(['2001', ' 17840000 ', '+90 555', '', 'a'.repeat(65)].map(isExternalId)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ])
})

test('who wrote, by the best that was said', () => {
  expect(whoOf(item())).toBe('Deniz Örnek')
  expect(whoOf(item({ d: { contact: { username: 'deniz' } } }))).toBe('@deniz')
  expect(whoOf(item({ d: {} }))).toBe('+905550000101')
  expect(whoOf(item({ d: {}, phone: null, contact: 'psid:6001' }))).toBe('6001')
  expect(whoOf(item({ d: { contact: 'odd' }, phone: null, contact: null }))).toBe('')
})

test('what it says, in one line, whatever it is', () => {
  const of = (d: Record<string, unknown>) => wordsOf({ d })
  expect(of({ what: 'text', text: 'iki\n  satır' })).toBe('iki satır')
  expect(of({ what: 'reaction', emoji: '👍' })).toBe('👍')
  expect(of({ what: 'interactive', choice: { title: 'Evet' } })).toBe('Evet')
  expect(of({ what: 'document', media: [{ kind: 'document', name: 'tapu.pdf' }] })).toBe('tapu.pdf')
  expect(of({ what: 'image', media: [{ kind: 'image' }] })).toBe('image')
  expect(of({ what: 'failed', faults: [{ code: 131047, title: 'Re-engagement' }] })).toBe(
    '131047 Re-engagement',
  )
  expect(of({ what: 'delivered' })).toBe('delivered')
  expect(of({ text: 7, media: 'x', faults: {}, location: null })).toBe('')
  // letters are not cut in halves
  expect([...of({ text: '😀'.repeat(300) })]).toHaveLength(161)
  expect([asItemKind('message'), asItemKind('new_thing')]).toEqual(['message', undefined])
})

test('accounts that nobody claims are offered once each, and only where they can be claimed', () => {
  const items = [
    item({ id: '1', d: { text: 'yeni' } }),
    item({ id: '2' }),
    item({ id: '3', source: 'messenger', account: '3001' }),
    item({ id: '4', account: '2002', connection_id: 'b' }),
    item({ id: '5', account: '2003', connection_id: 'gone' }),
    item({ id: '6', account: '2004', state: 'ready' }),
    item({ id: '7', account: '', source: '' }),
    item({ id: '8', account: '2009' }),
  ]
  const channels = [
    channel('x', { external_id: '2002' }),
    channel('y', { external_id: '2009' }),
    // the same number of another kind is another account
    channel('z', { external_id: '3001' }),
  ]
  const found = unclaimedOf(items, [connection('a'), connection('b')], channels)
  expect(found.map(({ kind, account, count }) => [kind, account, count])).toEqual([
    ['whatsapp', '2001', 2],
    ['messenger', '3001', 1],
    ['whatsapp', '2002', 1],
  ])
  expect(found.map(({ newest }) => newest.id)).toEqual(['1', '3', '4'])
  expect(found.map(({ elsewhere }) => elsewhere?.id)).toEqual([undefined, undefined, 'x'])
  expect(firstName('whatsapp', '200300400500600')).toBe('WhatsApp 0600')
})

test('events keep channels true, in whatever order readings and events come', () => {
  const two = [channel('1', { version: 3, last_inbound_at: at(9) }), channel('2')]
  const after = (op: string, d: object) => withEvent(two, { op, d })
  const [renamed] = after('channel.saved', {
    channel: channel('1', { version: 4, name: 'Yeni', last_inbound_at: at(5) }),
  })
  expect([renamed?.name, renamed?.last_inbound_at]).toEqual(['Yeni', at(9)])
  expect(after('channel.saved', { channel: channel('1', { version: 2, name: 'Eski' }) })).toBe(two)
  expect(after('channel.saved', { channel: channel('3') }).map(({ id }) => id)).toEqual([
    '1',
    '2',
    '3',
  ])
  expect(after('channel.removed', { id: '1' }).map(({ id }) => id)).toEqual(['2'])
  expect(after('channel.silent', { id: '2', since: at(1) })[1]?.silent).toBe(true)
  const heard = withEvent(after('channel.silent', { id: '2', since: at(1) }), {
    op: 'channel.heard',
    d: { id: '2', at: at(20) },
  })
  expect([heard[1]?.silent, heard[1]?.last_inbound_at]).toEqual([false, at(20)])
  expect(after('rule.saved', {})).toBe(two)
})

test('pausing shows at once and is taken back at the version it made', async () => {
  const queries = new QueryClient()
  const undone: unknown[] = []
  undoThrough((init) => {
    undone.push(init)
    return Promise.resolve({})
  })
  queries.setQueryData(['channels'], [channel('1', { version: 4 })])
  setState(queries, channel('1', { version: 4 }), 'paused')
  expect(queries.getQueryData<Channel[]>(['channels'])?.[0]?.state).toBe('paused')
  await vi.waitFor(() => expect(perform).toHaveBeenCalledOnce())
  await Promise.resolve()
  expect(undoLast()).toBe(true)
  expect(undone).toMatchObject([
    { op: 'channel.save', d: { channel: '1', state: 'active' }, if: { ver: 5 } },
  ])
})

test('a change carries the version it began with; a refusal offers nothing to take back', async () => {
  const queries = new QueryClient()
  undoThrough(() => Promise.resolve({}))
  const before = channel('1', { version: 4 })
  await updateChannel(queries, before, { name: 'Yeni', silent_hours: 0 })
  expect(performOrThrow.mock.calls[0]?.[0]).toMatchObject({
    d: { channel: '1', name: 'Yeni', silent_hours: 0 },
    if: { ver: 4 },
  })
  expect(undoLast()).toBe(true)
  performOrThrow.mockRejectedValue(new Error('version_conflict'))
  await expect(updateChannel(queries, before, { name: 'X', silent_hours: 1 })).rejects.toThrow()
  expect(undoLast()).toBe(false)
})

test('one press claims an account under a name that can be told, and lets it go again', async () => {
  const queries = new QueryClient()
  const undone: unknown[] = []
  undoThrough((init) => {
    undone.push(init)
    return Promise.resolve({})
  })
  await claim(queries, oneClick('a', 'instagram', '17840000000000001'))
  expect(performOrThrow.mock.calls[0]?.[0]).toMatchObject({
    topic: 'tenant',
    op: 'channel.save',
    d: {
      connection: 'a',
      kind: 'instagram',
      external_id: '17840000000000001',
      name: 'Instagram 0001',
    },
  })
  undoLast()
  expect(undone).toMatchObject([{ op: 'channel.remove', d: { channel: 'c9' } }])
})

test('a payload that is read again waits, here as there', async () => {
  const queries = new QueryClient()
  queries.setQueryData(payloadKey('h'), { id: 'h', state: 'unreadable', split_at: at(1) })
  await reprocess(queries, 'h')
  expect(performOrThrow.mock.calls[0]?.[0]).toMatchObject({
    op: 'hook.reprocess',
    d: { hook: 'h' },
  })
  expect(queries.getQueryData(payloadKey('h'))).toMatchObject({ state: 'received', split_at: null })
})

test('raw text is tidied only where it is JSON; sizes are said shortly', () => {
  expect(pretty('{"a":[1]}')).toBe('{\n  "a": [\n    1\n  ]\n}')
  expect(pretty('not json')).toBeUndefined()
  expect([sizeText(999), sizeText(1_500), sizeText(3_145_728)]).toEqual([
    '999 bayt',
    '1,5 kB',
    '3,1 MB',
  ])
})
