// What the server says about the fields of a form.
import { CommandError } from '@/live/engine'
import { errorText } from '@/session/errors'
import { hindranceOf } from './commands'

/** Field messages by field name. */
export function refusedFields(error: unknown): Record<string, string> {
  if (!(error instanceof CommandError)) return {}
  return Object.fromEntries(
    (error.fields ?? []).map((each) => [each.field, errorText(each.code, each.message)]),
  )
}

/** A refusal that belongs to no field of this form. */
export function refusedWhole(error: unknown, known: readonly string[]): string | undefined {
  if (!(error instanceof CommandError) || hindranceOf(error)) return undefined
  if ((error.fields ?? []).some((each) => known.includes(each.field))) return undefined
  return errorText(error.reason ?? error.code, error.message)
}
