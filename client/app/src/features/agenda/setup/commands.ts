// Setting up the agenda: each is one command on its topic, and the form shows what is refused.
import { CommandError } from '@/live/engine'
import { performOrThrow, sayRefused } from '@/live/live'
import { offerUndo } from '@/live/undo'
import { toast } from '@/ui/toasts'
import { AGENDA } from '../model'
import { setupTexts as t } from './texts'

type Data = Record<string, unknown>

/** Rejects with what the server said. */
export async function setUp(op: string, d: Data, said = t('saved')): Promise<Data> {
  const answer = await performOrThrow({ topic: AGENDA, op, d, label: said })
  toast(said, { key: 'settings' })
  return (answer.d ?? {}) as Data
}

/** For buttons without a form: a refusal is a toast. `back` takes it back again. */
export function setUpOrSay(
  op: string,
  d: Data,
  said: string,
  back?: { op: string; d: Data },
): void {
  const init = { topic: AGENDA, op, d, label: said }
  performOrThrow(init).then(
    () => {
      if (!back) return toast(said, { key: 'settings' })
      offerUndo({ text: said, inverse: () => [{ topic: AGENDA, ...back, label: said }] })
    },
    (error: unknown) => {
      if (error instanceof CommandError) sayRefused(init, error)
    },
  )
}
