// What the server says about the fields of a form.
import { isConnected } from '@/features/activities/commands'
import { CommandError } from '@/live/engine'
import { errorText } from '@/session/errors'
import { toast } from '@/ui/toasts'
import { hindranceOf } from './commands'
import { agendaTexts } from './texts'

/** Field messages by field name. */
export function refusedFields(error: unknown): Record<string, string> {
  if (!(error instanceof CommandError)) return {}
  return Object.fromEntries(
    (error.fields ?? []).map((each) => [each.field, errorText(each.code, each.message)]),
  )
}

/**
 * Waits for the answer of a form where there is a connection. Without one the command waits with
 * the others, and nobody has to look at the form meanwhile; what is refused later is said aloud.
 */
export async function answered(given: Promise<unknown>): Promise<void> {
  if (isConnected()) {
    await given
    return
  }
  given.catch((refused: unknown) => {
    if (refused instanceof CommandError) toast(refusedWhole(refused, []) ?? agendaTexts('taken'))
  })
}

/** A refusal that belongs to no field of this form. */
export function refusedWhole(error: unknown, known: readonly string[]): string | undefined {
  if (!(error instanceof CommandError) || hindranceOf(error)) return undefined
  if ((error.fields ?? []).some((each) => known.includes(each.field))) return undefined
  return errorText(error.reason ?? error.code, error.message)
}
