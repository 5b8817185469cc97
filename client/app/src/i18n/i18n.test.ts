// Both languages are whole, placeholders agree, and Turkish letters fold as a Turk expects.
import { expect, test, vi } from 'vitest'
import { catalogs, setLocale } from '.'
import './common'
import '@/commands/texts'
import '@/features/activities/texts'
import '@/features/agenda/setup/texts'
import '@/features/agenda/texts'
import '@/features/auth/texts'
import '@/features/bulk/texts'
import '@/features/channels/ledger-texts'
import '@/features/channels/texts'
import '@/features/customer/fields'
import '@/features/customer/sentence-texts'
import '@/features/customer/texts'
import '@/features/customers/texts'
import '@/features/imports/texts'
import '@/features/notifications/texts'
import '@/features/audit/sentence-texts'
import '@/features/audit/texts'
import '@/features/offboarding/texts'
import '@/features/people/permission-texts'
import '@/features/people/texts'
import '@/features/reminders/texts'
import '@/features/rooms/texts'
import '@/features/rules/run-texts'
import '@/features/rules/sentence-texts'
import '@/features/rules/template-texts'
import '@/features/rules/texts'
import '@/features/settings/texts'
import '@/features/webhooks/texts'
import '@/features/views/texts'
import '@/features/boards/texts'
import '@/session/errors'
import '@/shell/borrowed-texts'
import '@/shell/texts'
import { boardTexts } from '@/features/boards/texts'
import { compareNames, fold } from './fold'
import { clock, dayMonth, money, moneyShort, setTimeZone } from './format'
import { since } from './since'

const holes = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((m) => m[1]).sort()

test('every text has both languages and the same parameters', () => {
  expect(catalogs.size).toBeGreaterThan(3)
  for (const [name, { tr, en }] of catalogs) {
    expect(Object.keys(en).sort(), name).toEqual(Object.keys(tr).sort())
    for (const [key, text] of Object.entries(tr)) {
      expect(holes(en[key] ?? ''), `${name}.${key}`).toEqual(holes(text))
      expect(text.trim(), `${name}.${key}`).not.toBe('')
    }
  }
})

test('plurals and parameters', () => {
  setLocale('en')
  expect(boardTexts('cards', { count: 1 })).toBe('1 card')
  expect(boardTexts('cards', { count: 3 })).toBe('3 cards')
  expect(boardTexts('cards', { count: 10_000 })).toBe('10,000 cards')
  setLocale('tr')
  expect(boardTexts('moved', { count: 12, stage: 'Takip Edilecek' })).toBe(
    '12 kart taşındı: Takip Edilecek',
  )
  expect(boardTexts('cards', { count: 10_000 })).toBe('10.000 kart')
})

test('folding and order', () => {
  for (const word of ['IŞIK', 'ışık', 'Isik', 'işik']) expect(fold(word)).toBe('isik')
  for (const word of ['İSTANBUL', 'istanbul', 'Istanbul']) expect(fold(word)).toBe('istanbul')
  expect(fold('Çiğdem Ünsöz Âdil')).toBe('cigdem unsoz adil')
  expect(['İzmir', 'iç', 'Işık', 'ılık'].sort(compareNames)).toEqual([
    'ılık',
    'Işık',
    'iç',
    'İzmir',
  ])
})

test('money and time as they are written', () => {
  setLocale('tr')
  expect(money({ minor: 725_000_000, currency: 'TRY' })).toBe('₺7.250.000')
  expect(money({ minor: 725_050, currency: 'TRY' })).toBe('₺7.250,50')
  expect(moneyShort({ minor: 9_420_000_000, currency: 'TRY' }).replace(/\s/g, ' ')).toBe('₺94,2 Mn')
  expect(clock(new Date('2026-11-21T12:05:00'))).toBe('12.05')
})

test('the year is the one of the house, not of the reader’s machine', () => {
  setLocale('tr')
  vi.useFakeTimers({ now: new Date('2026-12-20T12:00:00Z') })
  try {
    setTimeZone('Pacific/Kiritimati')
    expect(dayMonth(new Date('2026-12-31T11:00:00Z'))).toBe('1 Oca 2027')
    setTimeZone('Pacific/Pago_Pago')
    expect(dayMonth(new Date('2027-01-01T09:00:00Z'))).toBe('31 Ara')
  } finally {
    vi.useRealTimers()
    setTimeZone(undefined)
  }
})

/** All texts of a language, by their full name. */
const all = (locale: 'tr' | 'en') =>
  [...catalogs].flatMap(([name, texts]) =>
    Object.entries(texts[locale]).map(([key, text]) => [`${name}.${key}`, text] as const),
  )

test('no Turkish suffix is hung on a name: it would have to follow its vowels', () => {
  const hung = all('tr').filter(([, text]) =>
    /\}\}(['’][a-zçğıöşü]| (de|da|te|ta|ki)(?!\p{L}))/u.test(text),
  )
  expect(hung).toEqual([])
})

test('one word for one thing: an owner is a sorumlu', () => {
  expect(all('tr').filter(([, text]) => /sahi[bp]/i.test(text))).toEqual([])
})

test('how long ago, inside a sentence', () => {
  const now = new Date('2026-11-21T12:00:00Z')
  const at = (hours: number) => since(new Date(now.getTime() - hours * 3_600_000), now)
  setLocale('en')
  expect([at(0), at(0.1), at(1), at(72)]).toEqual([
    'just now',
    '6 minutes ago',
    '1 hour ago',
    '3 days ago',
  ])
  setLocale('tr')
  expect([at(0), at(0.1), at(3), at(24), at(72)]).toEqual([
    'az önce',
    '6 dk önce',
    '3 sa önce',
    'dün',
    '3 gün önce',
  ])
})
