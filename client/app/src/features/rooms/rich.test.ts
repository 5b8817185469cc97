// The words of a message: addresses, names, and what a hit shows of them.
import { describe, expect, test } from 'vitest'
import { excerpt } from './hits'
import { mentionAt, mentionsIn, pieces } from './rich'

describe('the words of a message', () => {
  const people = [
    { id: 'elif', name: 'Elif Şahin' },
    { id: 'e2', name: 'Elif' },
  ]

  test('addresses are links, whatever stands around them; nothing else is', () => {
    const kinds = (text: string) =>
      pieces(text, []).map((piece) =>
        piece.kind === 'link' ? [piece.text, piece.href] : piece.text,
      )
    expect(kinds('Bkz. https://nabiz.example/a?b=1, (www.ornek.example).')).toEqual([
      'Bkz. ',
      ['https://nabiz.example/a?b=1', 'https://nabiz.example/a?b=1'],
      ', (',
      ['www.ornek.example', 'https://www.ornek.example/'],
      ').',
    ])
    expect(kinds('javascript:alert(1) <b>http</b>')).toEqual(['javascript:alert(1) <b>http</b>'])
  })

  test('a long row of dots in an address is no work', () => {
    const text = `https://nabiz.example/${'.'.repeat(200_000)}a`
    expect(pieces(text, []).map(({ kind }) => kind)).toEqual(['link'])
  })

  test('the longer name wins, a mail address names nobody', () => {
    expect(mentionsIn('@Elif Şahin bakar mısın', people, new Set())).toEqual(['elif'])
    expect(mentionsIn('@Elif bakar mısın', people, new Set())).toEqual(['e2'])
    expect(mentionsIn('a@Elif @Elifsu', people, new Set())).toEqual([])
    const twins = [
      { id: 'a', name: 'Can Öz' },
      { id: 'b', name: 'Can Öz' },
    ]
    expect(mentionsIn('@Can Öz', twins, new Set(['b']))).toEqual(['b'])
  })

  test('a name is asked for only while one is typed', () => {
    expect(mentionAt('selam @el', 9)).toEqual({ at: 6, typed: 'el' })
    expect(mentionAt('selam @elif şa', 14)).toEqual({ at: 6, typed: 'elif şa' })
    expect(mentionAt('a@el', 4)).toBeUndefined()
    expect(mentionAt('@ el', 4)).toBeUndefined()
    expect(mentionAt('@elif\nşa', 8)).toBeUndefined()
  })

  test('a hit shows the words around it', () => {
    const text = `${'uzun bir giriş '.repeat(6)}randevu yarın`
    expect(excerpt(text, 'randevu').startsWith('…')).toBe(true)
    expect(excerpt(text, 'randevu')).toContain('randevu yarın')
    expect(excerpt('kısa', 'kısa')).toBe('kısa')
  })
})
