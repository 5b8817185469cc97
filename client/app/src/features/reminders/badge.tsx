// How much of my work is late, or else due today; on the way to it in the navigation.
import { useShellTexts } from '@/shell/texts'
import { useMyCounts } from './mine'

export default function WorkBadge() {
  const t = useShellTexts()
  const { overdue, today } = useMyCounts()
  const count = overdue || today
  if (count === 0) return null
  const label = overdue ? t('overdueCount', { count: overdue }) : t('dueCount', { count: today })
  return (
    <span className={overdue ? 'cnt nav-cnt late' : 'cnt nav-cnt'}>
      <span aria-hidden="true">{count > 99 ? '99+' : count}</span>
      <span className="vh">{label}</span>
    </span>
  )
}
