// My own work, or the team's for those who may see it.
import { Link } from '@tanstack/react-router'
import { usePermission } from '@/session/session'
import { usePhone } from '@/ui/media'
import { useReminderTexts } from './texts'

export function WorkTabs() {
  const t = useReminderTexts()
  const canReport = usePermission('reports.view')
  const isPhone = usePhone()
  if (!canReport) return null
  return (
    <nav className="seg" aria-label={t('today')} style={{ marginLeft: 4 }}>
      <Link to="/today" activeOptions={{ exact: true }}>
        {t('mine')}
      </Link>
      <Link to="/today/team">{t(isPhone ? 'teamShort' : 'team')}</Link>
    </nav>
  )
}
