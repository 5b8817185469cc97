// Apart from the other fields: title rows need it at the first paint, and those bring lists along.
import { Search, X } from 'lucide-react'
import { Button as AriaButton, SearchField as AriaSearchField, Input } from 'react-aria-components'
import { useCommonTexts } from '@/i18n/common'
import { Icon } from './icon'

export function SearchField({
  label,
  value,
  onChange,
  placeholder,
  width,
  autoFocus,
}: {
  label: string
  value: string
  onChange: (value: string) => void
  placeholder?: string
  width?: number | string
  autoFocus?: boolean
}) {
  const t = useCommonTexts()
  return (
    <AriaSearchField
      className="search"
      aria-label={label}
      value={value}
      onChange={onChange}
      autoFocus={autoFocus ?? false}
      style={width === undefined ? {} : { width }}
      {...(value ? { 'data-filled': true } : {})}
    >
      <Icon of={Search} />
      <Input placeholder={placeholder ?? label} />
      <AriaButton className="grid size-6 place-items-center" aria-label={t('clear')}>
        <Icon of={X} size="s" />
      </AriaButton>
    </AriaSearchField>
  )
}
