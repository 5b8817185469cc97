// What a colleague would see now: how many customers and cards, module by module, and by whom.

import { number } from '@/i18n/format'
import { useUsers } from '@/live/hooks'
import { hasFailed } from '@/session/reads'
import { Part } from '@/shell/sections'
import { AvatarStack } from '@/ui/avatar'
import { ErrorState, Skeleton } from '@/ui/states'
import type { User } from '@/wire/records'
import { usePermissionTexts } from './permission-texts'
import { permissionGroups } from './permissions'
import { useSight } from './queries'
import { modules, sees } from './scope-text'
import { usePeopleTexts } from './texts'

export function SightOf({ user }: { user: User }) {
  const t = usePeopleTexts()
  const p = usePermissionTexts()
  const sight = useSight(user.id)
  const users = useUsers()
  const { data } = sight
  const circle = (data?.circle ?? []).flatMap((id) => users.find((each) => each.id === id) ?? [])
  return (
    <Part title={t('sight')} lead={t('sightLead')}>
      {hasFailed(sight) ? (
        <ErrorState error={sight.error} onRetry={() => void sight.refetch()} />
      ) : !data ? (
        <Skeleton height={120} />
      ) : (
        <>
          <dl className="sight">
            <div>
              <dt>{t('customers')}</dt>
              <dd className="big num">{number(data.customers)}</dd>
            </div>
            <div>
              <dt>{t('cards')}</dt>
              <dd className="big num">{number(data.cards)}</dd>
            </div>
            {modules.map((module) => (
              <div key={module}>
                <dt>{t(`module.${module}`)}</dt>
                <dd>{sees(data.scopes[module])}</dd>
              </div>
            ))}
          </dl>
          {data.scopes.customers !== 'all' && circle.length > 0 && (
            <p className="row mt-3 t2">
              <AvatarStack people={circle} max={8} />
              {t('circle', { names: circle.map((each) => each.name).join(', ') })}
            </p>
          )}
          {data.scopes.customers === 'team' && user.team_id === null && (
            <p className="sm mt-2 t3">{t('teamless')}</p>
          )}
          <details className="rights">
            <summary>{t('rights', { count: data.permissions.length })}</summary>
            {permissionGroups.map((group) => {
              const has = group.permissions.filter((each) => data.permissions.includes(each))
              return (
                has.length > 0 && (
                  <div key={group.id}>
                    <h4>{p(`g.${group.id}`)}</h4>
                    <p className="t2">{has.map((each) => p(`p.${each}`)).join(', ')}</p>
                  </div>
                )
              )
            })}
          </details>
        </>
      )}
    </Part>
  )
}
