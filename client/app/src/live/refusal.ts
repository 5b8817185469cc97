// What a form was refused, by field and as a whole, from either door.
import { errorText, fieldErrors, problemText } from '@/session/errors'
import { CommandError } from './engine'

export interface Refusal {
  fields: Record<string, string>
  /** Where no field says why. */
  whole?: string
}

export function refusal(error: unknown): Refusal {
  if (!(error instanceof CommandError)) {
    const fields = fieldErrors(error)
    return Object.keys(fields).length > 0 ? { fields } : { fields, whole: problemText(error) }
  }
  const fields = Object.fromEntries(
    (error.fields ?? []).map(({ field, code, message }) => [field, errorText(code, message)]),
  )
  return Object.keys(fields).length > 0
    ? { fields }
    : { fields, whole: errorText(error.reason ?? error.code, error.message) }
}
