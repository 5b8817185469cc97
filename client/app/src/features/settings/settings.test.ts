import { expect, test } from 'vitest'
import { deviceName, isPhone } from './device'

test.each([
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36',
    'Chrome · Windows',
  ],
  [
    'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0',
    'Edge · Windows',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1',
    'Safari · iPhone',
  ],
  ['curl/8.5.0', 'curl/8.5.0'],
  [null, undefined],
])('%s', (agent, name) => expect(deviceName(agent)).toBe(name))

test('a phone is told from a desk', () => {
  expect(isPhone('Mozilla/5.0 (Linux; Android 15)')).toBe(true)
  expect(isPhone('Mozilla/5.0 (X11; Linux x86_64)')).toBe(false)
})
