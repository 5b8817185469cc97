import { expect, test } from 'vitest'
import { secondsLeft, withSighting } from './estimate'

test('says nothing before it has seen enough', () => {
  expect(secondsLeft([], 100)).toBeUndefined()
  expect(
    secondsLeft(
      [
        { at: 0, done: 0 },
        { at: 900, done: 40 },
      ],
      100,
    ),
  ).toBeUndefined()
  expect(
    secondsLeft(
      [
        { at: 0, done: 10 },
        { at: 4000, done: 10 },
      ],
      100,
    ),
  ).toBeUndefined()
})
test('counts down by the pace of the last ten seconds', () => {
  expect(
    secondsLeft(
      [
        { at: 0, done: 0 },
        { at: 2000, done: 200 },
      ],
      1200,
    ),
  ).toBe(10)
  let seen = withSighting([], { at: 0, done: 0 })
  seen = withSighting(seen, { at: 20_000, done: 100 })
  seen = withSighting(seen, { at: 22_000, done: 300 })
  expect(secondsLeft(seen, 1300)).toBe(10)
})
