// What can be done with a saved view. A shared one is the house's and lives on `tenant`.
import { CommandError } from '@/live/engine'
import { perform, performOrThrow } from '@/live/live'
import { offerUndo } from '@/live/undo'
import { errorText, problemText } from '@/session/errors'
import type { View, ViewQuery, ViewScreen } from './model'
import { viewsTexts as t } from './texts'

const on = (shared: boolean) => ({ topic: shared ? 'tenant' : 'me' })

export interface ViewDraft {
  screen: ViewScreen
  name: string
  query: ViewQuery
  shared: boolean
}

// a whole view may be handed in, to be saved again: the server takes these three and nothing else
const save = ({ shared, screen, name, query }: ViewDraft) => ({
  ...on(shared),
  op: 'view.save',
  d: { screen, name, query },
  label: t('savedSaid', { name }),
})

/** Why a view was not kept. */
export function refusalOf(error: unknown): string {
  if (!(error instanceof CommandError)) return problemText(error)
  const code = error.fields?.[0]?.code ?? error.reason ?? error.code
  return code === 'too_many' ? t('tooMany') : errorText(code, error.message)
}

/** The new view's id. */
export async function saveView(draft: ViewDraft): Promise<string> {
  const answer = await performOrThrow(save(draft))
  return String((answer.d as { view_id?: string } | undefined)?.view_id ?? '')
}

export async function renameView(view: View, name: string): Promise<void> {
  const label = t('renamedSaid', { name })
  const d = { view: view.id, name }
  await performOrThrow({ ...on(view.shared), op: 'view.update', d, label })
}

/** What is on the screen becomes the view. */
export function updateView(view: View, query: ViewQuery): void {
  const label = t('updatedSaid', { name: view.name })
  const change = (to: ViewQuery) => ({
    ...on(view.shared),
    op: 'view.update',
    d: { view: view.id, query: to },
    label,
  })
  offerUndo({ text: label, inverse: () => [change(view.query)] }, { given: perform(change(query)) })
}

export function removeView(view: View): void {
  const label = t('removedSaid', { name: view.name })
  const given = perform({ ...on(view.shared), op: 'view.remove', d: { view: view.id }, label })
  offerUndo({ text: label, inverse: () => [save(view)] }, { given })
}

export function reorderViews(screen: ViewScreen, shared: boolean, order: string[]): void {
  void perform({ ...on(shared), op: 'view.reorder', d: { screen, order }, label: t('order') })
}
