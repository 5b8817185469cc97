// Everybody begins at a place that they may see.
import { expect, test } from 'vitest'
import type { Permission } from '@/wire/records'
import { firstPlace } from './nav'

const first = (permissions: Permission[], withBorrowedEyes = false) =>
  firstPlace(new Set(permissions), withBorrowedEyes)

test('the first place is one that is allowed', () => {
  expect(first(['boards.view', 'customers.view'])).toBe('/boards')
  expect(first(['agenda.view'])).toBe('/today')
  expect(first([])).toBe('/today')
  expect(first(['customers.view'], true)).toBe('/customers')
  expect(first([], true)).toBe('/settings')
})
