// What a field shows is what it reads back, in both languages.
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { setLocale } from '.'
import { numberShown, numberText, parseNumber } from './numbers'

afterAll(() => setLocale('tr'))

test.each([
  ['tr', '12,5', 12.5],
  ['tr', '12.5', 12.5],
  ['tr', '1.500', 1500],
  ['tr', '1.500,25', 1500.25],
  ['tr', '1,500.25', 1500.25],
  ['tr', '0.125', 0.125],
  ['tr', '1.250.000', 1_250_000],
  ['tr', '-3,5', -3.5],
  ['en', '12.5', 12.5],
  ['en', '12,5', 12.5],
  ['en', '1,500', 1500],
  ['en', '1.500', 1.5],
  ['en', '1,250,000', 1_250_000],
] as const)('%s: %s', (locale, text, value) => {
  setLocale(locale)
  expect(parseNumber(text)).toBe(value)
})

test.each(['', 'on iki', '1.2.3', '1,2,3', '1.25,000,5', '12,', ',5', '1e3', '--1'])(
  '%s is no number',
  (text) => {
    setLocale('tr')
    expect(parseNumber(text)).toBeUndefined()
  },
)

test('there and back', () => {
  for (const locale of ['tr', 'en'] as const) {
    setLocale(locale)
    fc.assert(
      fc.property(fc.integer({ min: -9_999_999, max: 9_999_999 }), fc.nat(4), (n, places) => {
        const value = Number((n / 10 ** places).toFixed(places))
        if (Object.is(value, -0)) return
        expect(parseNumber(numberText(value))).toBe(value)
        if (Math.abs(value) >= 1 || value === 0) expect(parseNumber(numberShown(value))).toBe(value)
      }),
    )
  }
})
