// Starting, stopping and taking back. The server does the work; these only ask for it.
import { CommandError } from '@/live/engine'
import { performOrThrow, sayRefused } from '@/live/live'
import { offerUndo } from '@/live/undo'
import type { Bulk, BulkAction, Selection } from './model'
import { bulkTexts as t } from './texts'

const ask = (op: 'cancel' | 'undo', bulk: string) => ({
  topic: 'tenant',
  op: `bulk.${op}`,
  d: { bulk },
  label: t(op),
})

/** The id of the work that began. */
export async function startBulk(selection: Selection, action: BulkAction): Promise<string> {
  const label = t(`do.${action.do}`)
  const d = { ...selection, action }
  const answer = await performOrThrow({ topic: 'tenant', op: 'bulk.start', d, label })
  const id = String((answer.d as { bulk_id?: string } | undefined)?.bulk_id ?? '')
  // Ctrl+Z takes it back as one; the strip below the screen offers the same.
  offerUndo({ text: label, inverse: () => [ask('undo', id)] }, { quiet: true })
  return id
}

async function run(op: 'cancel' | 'undo', { id }: Pick<Bulk, 'id'>): Promise<void> {
  const init = ask(op, id)
  try {
    await performOrThrow(init)
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    sayRefused(init, error)
  }
}

export const cancelBulk = (bulk: Pick<Bulk, 'id'>): Promise<void> => run('cancel', bulk)
export const undoBulk = (bulk: Pick<Bulk, 'id'>): Promise<void> => run('undo', bulk)
