// Step one: which column becomes what.
import { ArrowRight } from 'lucide-react'
import { useCustomFields } from '@/features/customers/queries'
import { Chip } from '@/ui/chip'
import { SelectField } from '@/ui/field'
import { Icon } from '@/ui/icon'
import type { Import } from '@/wire/records'
import { useImportTexts } from './texts'

const known = [
  'name',
  'first_name',
  'last_name',
  'company',
  'phone',
  'phone2',
  'email',
  'quality',
  'tags',
  'owner',
  'source',
  'note',
  'need',
  'amount',
  'stage',
] as const
const SKIP = 'skip'

export function useFieldLabel(): (field: string) => string {
  const t = useImportTexts()
  const own = useCustomFields().data ?? []
  return (field) => {
    const found = known.find((each) => each === field)
    if (found) return t(`f.${found}`)
    const key = field.replace(/^custom:/, '')
    return own.find((each) => each.key === key)?.label ?? key
  }
}

export function Mapping({
  item,
  mapping,
  onChange,
}: {
  item: Import
  mapping: Import['mapping']
  onChange: (mapping: Import['mapping']) => void
}) {
  const t = useImportTexts()
  const label = useFieldLabel()
  const own = useCustomFields().data ?? []
  const fields: string[] = [...known, ...own.map((each) => `custom:${each.key}`)]
  const taken = new Set(Object.values(mapping).filter(Boolean))
  return (
    <table className="map">
      <thead>
        <tr>
          <th scope="col">{t('column')}</th>
          <th scope="col">{t('samples')}</th>
          <th aria-hidden="true" />
          <th scope="col">{t('becomes')}</th>
        </tr>
      </thead>
      <tbody>
        {item.columns.map((column) => {
          const key = String(column.index)
          const now = mapping[key] ?? null
          const name = column.header || `#${column.index + 1}`
          return (
            <tr key={column.index} data-skipped={now === null || undefined}>
              <th scope="row">{name}</th>
              <td className="samples">
                {column.samples
                  .filter(Boolean)
                  .slice(0, 3)
                  .map((sample, index) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: samples may repeat
                    <span key={index} className="el" title={sample}>
                      {sample}
                    </span>
                  ))}
              </td>
              <td className="t3">
                <Icon of={ArrowRight} />
              </td>
              <td>
                <span className="row">
                  <SelectField
                    label={t('becomesOf', { column: name })}
                    hideLabel
                    options={[
                      { id: SKIP, label: t('skip') },
                      ...fields
                        .filter((field) => field === now || !taken.has(field))
                        .map((field) => ({ id: field, label: label(field) })),
                    ]}
                    value={now ?? SKIP}
                    onChange={(field) =>
                      onChange({ ...mapping, [key]: field === SKIP ? null : field })
                    }
                  />
                  {now !== null && now === column.suggested && (
                    <Chip tone="line">{t('suggested')}</Chip>
                  )}
                </span>
              </td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}
