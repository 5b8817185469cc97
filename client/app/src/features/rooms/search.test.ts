import { expect, test } from 'vitest'
import { chatSearch } from './search'

test('the address holds what the chat knows, and nothing else', () => {
  expect(chatSearch({ at: '12', side: 'people', make: 'evil' })).toEqual({ at: 12, side: 'people' })
  expect(chatSearch({ at: -1, side: 3 })).toEqual({})
})
