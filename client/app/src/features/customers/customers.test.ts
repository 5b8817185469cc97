import { describe, expect, test } from 'vitest'
import { sourceName } from '@/features/boards/source'
import { setLocale } from '@/i18n'
import { fold } from '@/i18n/fold'
import { setTimeZone } from '@/i18n/format'
import type { Customer } from '@/wire/records'
import { cell, toCsv } from './csv'
import { highlight } from './highlight'
import { customersSearch, listQuery } from './search'

// The vectors of server/src/kernel/fold.rs: both sides must find the same customers.
describe('folding', () => {
  test.each(['IŞIK', 'ışık', 'Isik', 'ISIK', 'işik', 'İŞİK'])('%s is isik', (text) =>
    expect(fold(text)).toBe('isik'),
  )
  test.each(['İSTANBUL', 'Istanbul', 'istanbul', 'ıstanbul'])('%s is istanbul', (text) =>
    expect(fold(text)).toBe('istanbul'),
  )
  test('collapses space and drops marks', () =>
    expect(fold('  Çiğdem \t ÖZTÜRK ')).toBe('cigdem ozturk'))
})

const hits = (text: string, query: string) =>
  highlight(text, query)
    .filter((piece) => piece.hit)
    .map((piece) => piece.text)

describe('highlighting', () => {
  test('marks what the fold found, in the letters that are there', () => {
    expect(hits('Işıl Çağlayan', 'isil cag')).toEqual(['Işıl', 'Çağ'])
    expect(hits('İSTANBUL Yapı', 'istanbul')).toEqual(['İSTANBUL'])
  })
  test('begins at words, but finds digits anywhere', () => {
    expect(hits('Karaosmanoğlu', 'osman')).toEqual([])
    expect(hits('0532 418 27 64', '418')).toEqual(['418'])
  })
  test('gives the text back whole', () => {
    const text = 'Ayşegül  Karaosmanoğlu-Yıldırım'
    expect(
      highlight(text, 'yil ays')
        .map((p) => p.text)
        .join(''),
    ).toBe(text)
    expect(highlight('', 'x')).toEqual([{ text: '', hit: false, at: 0 }])
  })
})

describe('the address', () => {
  test('drops what it does not know', () =>
    expect(
      customersSearch({ q: 532, sort: 'rank', quality: ['A', 'Z'], owner: 'u1', archived: 'no' }),
    ).toEqual({
      q: '532',
      quality: ['A'],
      owner: ['u1'],
    }))
  test('becomes the query of the list', () => {
    expect(listQuery({ q: ' ışık ', quality: ['A'], sort: 'name' })).toEqual({
      q: 'ışık',
      filter: '{"quality":["A"]}',
    })
    expect(listQuery({ sort: '-name' })).toEqual({ sort: '-name' })
  })
})

describe('the exported file', () => {
  test('never starts a cell with a formula', () => {
    expect(cell('=HYPERLINK("x")')).toBe(`"'=HYPERLINK(""x"")"`)
    expect(cell('+90 532')).toBe("'+90 532")
  })
  test('nor at another separator that a program may guess', () => {
    expect(cell('Foo,=1+1')).toBe("Foo,'=1+1")
    expect(cell('+90 532, +90 533')).toBe("'+90 532, '+90 533")
    expect(cell('a\n=1+1')).toBe(`"a\n'=1+1"`)
    expect(cell('x","=1+1')).toBe(`"x"",""'=1+1"`)
    expect(cell('Foo\t@SUM(A1)|-1;=2')).toBe(`"Foo\t'@SUM(A1)|'-1;'=2"`)
    expect(cell('\t=1')).toBe("'\t'=1")
    expect(cell('1,5 = a-b')).toBe('1,5 = a-b')
  })
  test('has a BOM and semicolons', () => {
    expect(toCsv([], ['Ad', 'Telefon'], String)).toBe('\uFEFFAd;Telefon\r\n')
  })
  test('says sources and times as the list does', () => {
    setLocale('tr')
    setTimeZone('Europe/Istanbul')
    const row = {
      name: 'Elif',
      company: null,
      phones: [],
      emails: [],
      quality: 'A',
      tags: [],
      owners: [],
      source: { channel: 'manual' },
      created_at: '2026-11-21T22:30:00.000Z',
    } as unknown as Customer
    const [, line] = toCsv([row], [], String).split('\r\n')
    expect(line).toBe(`Elif;;;;A;;;${sourceName('manual')};2026-11-22 01:30`)
    expect(sourceName('manual')).not.toBe('manual')
  })
})
