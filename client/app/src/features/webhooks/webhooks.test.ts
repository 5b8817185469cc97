// Addresses, states, events in order, and the sample a receiver copies.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { afterEach, expect, test, vi } from 'vitest'
import { healthOf, hostOf, looksLikeAddress, pathOf } from './address'
import { hookOps, inOrder, opGroups } from './ops'
import { samples } from './samples'

afterEach(() => vi.useRealTimers())

test('an address shows its host, and of its path no more than a beginning', () => {
  expect(hostOf('https://kanca.example:8443/a')).toBe('kanca.example:8443')
  expect(pathOf('https://kanca.example/')).toBe('')
  expect(pathOf('https://kanca.example/nabiz')).toBe('/nabiz')
  expect(pathOf('https://kanca.example/services/T0000/B0000/gizli-anahtar')).toBe(
    '/services/T0000/B0…',
  )
  expect([hostOf('x'), pathOf('x')]).toEqual(['x', ''])
  expect(['', 'kanca.example', 'ftp://x', 'https://kanca.example'].map(looksLikeAddress)).toEqual([
    false,
    false,
    false,
    true,
  ])
})

test('why nothing is sent', () => {
  const at = '2026-11-21T12:00:00.000Z'
  const of = (enabled: boolean, off_because: 'by_hand' | 'failing' | null, failing: boolean) =>
    healthOf({ enabled, off_because, failing_since: failing ? at : null })
  expect([
    of(true, null, false),
    of(true, null, true),
    of(false, 'by_hand', false),
    of(false, 'failing', true),
  ]).toEqual(['on', 'failing', 'off', 'paused'])
})

test('events stand once, in the order of the list', () => {
  expect(new Set(hookOps).size).toBe(31)
  expect(inOrder(['card.moved', 'lead.received', 'card.moved', 'unknown'])).toEqual([
    'lead.received',
    'card.moved',
  ])
  for (const { id, ops } of opGroups)
    for (const op of ops)
      expect(id === 'customer' ? /^(lead|customer|note)\./ : new RegExp(`^${id}\\.`)).toSatisfy(
        (of: RegExp) => of.test(op),
      )
})

test('the sample takes what the server signs, and nothing else', () => {
  const code = samples[0].code
    .replace(/^import .*$/m, '')
    .replace('export function', 'return function')
  const check = new Function('createHmac', 'timingSafeEqual', 'Buffer', code)(
    createHmac,
    timingSafeEqual,
    Buffer,
  ) as (header: string, body: string, secret: string) => boolean
  // The pair that the server's own test holds, made with OpenSSL.
  const v1 = '38877139021993b830af32feea6e18a8da83eb2f6e49ee50bd9e4cf4ca4d3789'
  const header = `t=1700000000,v1=${v1}`
  vi.useFakeTimers({ now: 1_700_000_010_000 })
  expect(check(header, '{"a":1}', 'whsec_test')).toBe(true)
  expect(check(`t=1700000000,v1=${'0'.repeat(64)},v1=${v1}`, '{"a":1}', 'whsec_test')).toBe(true)
  expect(check(header, '{"a":2}', 'whsec_test')).toBe(false)
  expect(check(header, '{"a":1}', 'whsec_other')).toBe(false)
  expect(check('', '{"a":1}', 'whsec_test')).toBe(false)
  vi.setSystemTime(1_700_000_400_000)
  expect(check(header, '{"a":1}', 'whsec_test')).toBe(false)
})
