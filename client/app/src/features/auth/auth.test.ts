import { describe, expect, test } from 'vitest'
import { safeNext } from './next'
import { isSlug, suggestSlug } from './slug'
import { strengthOf } from './strength'

describe('the suggested short name', () => {
  test.each([
    ['Işıklar Vadisi Gayrimenkul Ltd. Şti.', 'isiklar-vadisi-gayrimenkul'],
    ['İPEK TEKSTİL A.Ş.', 'ipek-tekstil'],
    ['Çağlayan & Öztürk', 'caglayan-ozturk'],
    ['A.Ş.', 'a-s'],
    ['', ''],
  ])('of %s is %s', (name, slug) => expect(suggestSlug(name)).toBe(slug))

  test('is a valid one', () => {
    expect(isSlug(suggestSlug('Yıldız Gıda San. ve Tic. Ltd. Şti.'))).toBe(true)
    expect(isSlug('-ab')).toBe(false)
    expect(isSlug('Ab1')).toBe(false)
  })
})

describe('password strength', () => {
  test('is 0 below ten characters', () => expect(strengthOf('kQ9!xz')).toBe(0))
  test('sees runs and known words', () => {
    expect(strengthOf('1234567890')).toBe(1)
    expect(strengthOf('parola123456')).toBe(1)
    expect(strengthOf('aaaaaaaaaaaaaaa')).toBe(1)
  })
  test('sees what stands in the form', () => {
    expect(strengthOf('ayseyildirim1', ['Ayşe Yıldırım'])).toBeLessThan(
      strengthOf('bulutcetvel1x', ['Ayşe Yıldırım']),
    )
  })
  test('likes long phrases', () => expect(strengthOf('mavi kapı ördek sandalye')).toBe(4))
})

describe('where to go after sign-in', () => {
  test.each([
    ['/customers?q=ışık', '/customers?q=ışık'],
    [undefined, '/'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['https://evil.example', '/'],
    ['/sign-in?next=/x', '/'],
  ])('%s → %s', (from, to) => expect(safeNext(from)).toBe(to))
})
