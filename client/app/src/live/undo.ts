// Ctrl+Z: every command that can be taken back names its inverse when it is given. Undoing is a new
// command; history stays.
import { common } from '@/i18n/common'
import { dismissToasts, toast } from '@/ui/toasts'
import type { CommandInit } from './engine'

export interface Undo {
  /** What was done, for the toast. */
  text: string
  inverse: () => CommandInit[]
  /** Why it can no longer be taken back (a colleague changed it since), or null. */
  refusal?: () => string | null
}

const KEPT = 50
const stack: Undo[] = []
let perform: (init: CommandInit) => Promise<unknown> = () => Promise.reject(new Error('not live'))

export function undoThrough(dispatch: typeof perform): void {
  perform = dispatch
  stack.length = 0
}

function run(undo: Undo): void {
  const refusal = undo.refusal?.()
  if (refusal) {
    toast(refusal, { key: 'undo' })
    return
  }
  for (const init of undo.inverse()) void perform(init)
  toast(`${common('undone')}: ${undo.text}`, { key: 'undo' })
}

/**
 * Says what was done and offers to take it back; `quiet` only keeps it for Ctrl+Z. The answer takes
 * the offer back, for when the server refuses after all; of what `perform` gave, `given` does so by
 * itself.
 */
export function offerUndo(
  undo: Undo,
  { quiet = false, given }: { quiet?: boolean; given?: Promise<unknown> } = {},
): () => void {
  stack.push(undo)
  if (stack.length > KEPT) stack.shift()
  const withdraw = () => {
    const at = stack.indexOf(undo)
    if (at >= 0) stack.splice(at, 1)
    dismissToasts(undo.text)
  }
  void given?.then((answer) => answer === undefined && withdraw())
  if (quiet) return withdraw
  toast(undo.text, {
    key: 'undo',
    action: {
      label: common('undo'),
      run: () => {
        const at = stack.indexOf(undo)
        if (at >= 0) stack.splice(at, 1)
        run(undo)
      },
    },
  })
  return withdraw
}

export function undoLast(): boolean {
  const undo = stack.pop()
  if (undo) run(undo)
  return undo !== undefined
}
