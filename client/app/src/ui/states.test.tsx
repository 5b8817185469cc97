// What is offered after an error.
import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { setLocale } from '@/i18n'
import { ApiError } from '@/session/errors'
import { ErrorState } from './states'

const refused = (status: number, code: string) =>
  new ApiError({ type: '', title: code, status, code, request_id: 'r-1' })
afterEach(cleanup)

test('what failed is tried again, what is refused is not', () => {
  setLocale('en')
  render(<ErrorState error={refused(500, 'internal')} onRetry={vi.fn()} />)
  expect(screen.getByText('r-1')).toBeTruthy()
  expect(screen.queryByRole('button')).not.toBeNull()
  cleanup()
  render(<ErrorState error={refused(403, 'forbidden')} onRetry={vi.fn()} />)
  expect(screen.queryByText('r-1')).toBeNull()
  expect(screen.queryByRole('button')).toBeNull()
})
