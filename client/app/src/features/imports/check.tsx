// What will happen: counts of the dry run, and the rows that cannot be taken.

import { number } from '@/i18n/format'
import { errorText } from '@/session/errors'
import type { Import } from '@/wire/records'
import { useFieldLabel } from './mapping'
import { useImportTexts } from './texts'

export function Counts({
  items,
  stale,
}: {
  items: readonly { value: number; label: string; tone?: 'ok' | 'danger' }[]
  stale?: boolean
}) {
  return (
    <ul className="counts" data-stale={stale || undefined}>
      {items.map(({ value, label, tone }) => (
        <li key={label} data-tone={value > 0 ? tone : undefined}>
          <b>{number(value)}</b>
          <span>{label}</span>
        </li>
      ))}
    </ul>
  )
}

export function RowErrors({ item }: { item: Import }) {
  const t = useImportTexts()
  const label = useFieldLabel()
  if (item.errors.length === 0) return null
  return (
    <section className="scroll errors" tabIndex={0} aria-label={t('errors')}>
      <table className="tbl">
        <thead>
          <tr>
            <th className="r" style={{ width: 72 }}>
              {t('row')}
            </th>
            <th style={{ width: 140 }}>{t('field')}</th>
            <th>{t('reason')}</th>
            <th>{t('value')}</th>
          </tr>
        </thead>
        <tbody>
          {item.errors.map((error, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a row may have several errors
            <tr key={index}>
              <td className="r num">{number(error.row)}</td>
              <td>{error.field ? label(error.field) : ''}</td>
              <td>{errorText(error.code, error.message)}</td>
              <td className="t2">{error.value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
