// Who would get how much: one row a receiver, the bar says its part of the whole.
import { number } from '@/i18n/format'
import { Avatar } from '@/ui/avatar'
import type { HandOverPreview } from '@/wire/leaving'
import { kinds, totalOf } from './counts'
import { useOffboardingTexts } from './texts'

export function Shares({
  preview,
  nameOf,
  stale,
}: {
  preview: HandOverPreview
  nameOf: (user: string) => string
  stale: boolean
}) {
  const t = useOffboardingTexts()
  const most = Math.max(1, ...preview.by.map(totalOf))
  return (
    <section className="shares-scroll scroll" tabIndex={0} aria-label={t('preview')}>
      <table className="shares" data-stale={stale || undefined}>
        <thead>
          <tr>
            <th scope="col">{t('receiver')}</th>
            {kinds.map((kind) => (
              <th key={kind} scope="col">
                {t(kind)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {preview.by.map((share) => (
            <tr key={share.user}>
              <th scope="row">
                <span className="row">
                  <Avatar person={{ id: share.user, name: nameOf(share.user) }} />
                  <span className="el">{nameOf(share.user)}</span>
                </span>
                <span
                  className="share-bar"
                  style={{ width: `${(100 * totalOf(share)) / most}%` }}
                  aria-hidden="true"
                />
              </th>
              {kinds.map((kind) => (
                <td key={kind} className={share[kind] === 0 ? 't3' : undefined}>
                  {number(share[kind])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{t('total')}</th>
            {kinds.map((kind) => (
              <td key={kind}>{number(preview[kind])}</td>
            ))}
          </tr>
        </tfoot>
      </table>
    </section>
  )
}
