// A form that is one command: what was typed stands until the server has taken it.
import { useState } from 'react'
import { CommandError, type CommandInit } from '@/live/engine'
import { performLater, performOrThrow } from '@/live/live'
import { errorText } from '@/session/errors'
import { isConnected } from './commands'

export interface FormCommand {
  submit: (init: CommandInit) => Promise<void>
  isPending: boolean
  /** What is wrong, by field. */
  fields: Record<string, string>
  /** What is wrong and belongs to none of the form's fields. */
  whole: string | undefined
}

/** `known` are the fields that show their own problem. */
export function useFormCommand(known: readonly string[], onDone: () => void): FormCommand {
  const [refused, setRefused] = useState<CommandError>()
  const [isPending, setPending] = useState(false)
  const submit = async (init: CommandInit) => {
    if (isPending) return
    // Without a connection it waits with the others, and what is refused later waits there too.
    if (!isConnected()) {
      performLater(init)
      onDone()
      return
    }
    setPending(true)
    setRefused(undefined)
    try {
      await performOrThrow(init)
      onDone()
    } catch (error) {
      setPending(false)
      setRefused(error instanceof CommandError ? error : new CommandError('failed', ''))
    }
  }
  const wrong = refused?.fields ?? []
  return {
    submit,
    isPending,
    fields: Object.fromEntries(
      wrong.map(({ field, code, message }) => [field, errorText(code, message)]),
    ),
    whole:
      refused && !wrong.some(({ field }) => known.includes(field))
        ? errorText(refused.reason ?? refused.code, refused.message)
        : undefined,
  }
}
