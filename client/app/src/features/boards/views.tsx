// The three views everybody needs, as links: all, mine, overdue.
import { Link } from '@tanstack/react-router'
import { number } from '@/i18n/format'
import { useMinute } from '@/live/hooks'
import type { BoardControl } from './control'
import { isOverdue } from './filter'
import type { BoardSearch } from './search'
import { useBoardTexts } from './texts'

export function SavedViews({
  control,
  ids,
  search,
  me,
}: {
  control: BoardControl
  ids: readonly string[]
  search: BoardSearch
  me: string
}) {
  const t = useBoardTexts()
  useMinute()
  const now = Date.now()
  let mine = 0
  let overdue = 0
  for (const id of ids) {
    const card = control.card(id)
    if (!card) continue
    if (card.owners.includes(me)) mine++
    if (isOverdue(card, now)) overdue++
  }
  const isMine = search.owner?.length === 1 && search.owner[0] === me
  const views: [string, number, BoardSearch, boolean][] = [
    [t('viewAll'), ids.length, {}, Object.keys(search).length === 0],
    [t('viewMine'), mine, { owner: [me] }, isMine && !search.overdue],
    [t('viewOverdue'), overdue, { overdue: true }, Boolean(search.overdue) && !isMine],
  ]
  return (
    <nav className="seg max-md:hidden" aria-label={t('views')} style={{ marginLeft: 4 }}>
      {views.map(([name, count, view, current]) => (
        <Link
          key={name}
          to="/boards/$boardId"
          params={{ boardId: control.boardId }}
          search={view}
          aria-current={current ? 'true' : undefined}
        >
          {name}
          <b>{number(count)}</b>
        </Link>
      ))}
    </nav>
  )
}
