// Sentences about a bulk action.
import { number } from '@/i18n/format'
import { errorText } from '@/session/errors'
import type { Bulk, BulkAction, BulkFailure } from './model'
import { bulkTexts as t } from './texts'

export interface Names {
  person: (id: string) => string
  /** A stage of a board, if it is known here. */
  stage: (board: string, stage: string) => string
}

/** What is done, with its details: "Etiketleme: + Yatırımcı". */
export function actionText(action: BulkAction, names: Names): string {
  const what = t(`do.${action.do}`)
  const list = (sign: string, of: readonly string[] | undefined, name: (id: string) => string) =>
    (of ?? []).map((each) => `${sign}${name(each)}`)
  if (action.do === 'assign') {
    const { owners, add, remove } = action
    const people =
      owners?.length === 0
        ? [t('assign.none')]
        : [
            ...list('', owners, names.person),
            ...list('+ ', add, names.person),
            ...list('− ', remove, names.person),
          ]
    return `${what}: ${people.join(', ')}`
  }
  if (action.do === 'tag') {
    const same = (tag: string) => tag
    return `${what}: ${[...list('+ ', action.add, same), ...list('− ', action.remove, same)].join(', ')}`
  }
  if (action.do === 'move') return `${what}: ${names.stage(action.board, action.stage)}`
  return what
}

/** How it ended. */
export function endText(bulk: Bulk): string {
  const what = t(`do.${bulk.action.do}`)
  const [changed, failed] = [number(bulk.changed), number(bulk.failed_count)]
  switch (bulk.state) {
    case 'cancelled':
      return t('saidCancelled', { what, changed })
    case 'failed':
      return t('saidFailed', { what, changed })
    case 'undone': {
      const [restored, kept] = [number(bulk.restored), number(bulk.kept)]
      return bulk.kept > 0
        ? t('saidUndoneKept', { what, restored, kept })
        : t('saidUndone', { what, restored })
    }
    default:
      return bulk.failed_count > 0
        ? t('saidDoneFailed', { what, changed, failed })
        : t('saidDone', { what, changed })
  }
}

const own = [
  'not_found',
  'not_on_this_board',
  'unknown_value',
  'stage_full',
  'fields_required',
  'too_many',
] as const

export function whyText({ code }: Pick<BulkFailure, 'code'>): string {
  const known = own.find((each) => each === code)
  return known ? t(`why.${known}`) : errorText(code)
}
