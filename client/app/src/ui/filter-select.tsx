// A chip that opens a list to choose several from; with a search once the list is long.
import { Check, ChevronDown } from 'lucide-react'
import { type ReactNode, useId } from 'react'
import {
  Autocomplete,
  Button,
  Dialog,
  DialogTrigger,
  Input,
  ListBox,
  ListBoxItem,
  Popover,
  SearchField,
} from 'react-aria-components'
import { useCommonTexts } from '@/i18n/common'
import { fold } from '@/i18n/fold'
import { Icon } from './icon'

export interface FilterOption {
  id: string
  label: string
  mark?: ReactNode
  count?: number
}

const SEARCH_FROM = 8
const contains = (text: string, query: string) => fold(text).includes(fold(query))

export function FilterSelect({
  label,
  options,
  value,
  onChange,
  searchLabel,
  emptyText,
}: {
  label: string
  options: readonly FilterOption[]
  value: readonly string[]
  onChange: (value: string[]) => void
  searchLabel: string
  emptyText: string
}) {
  const t = useCommonTexts()
  const titleId = useId()
  const chosen = options.filter((option) => value.includes(option.id)).map((option) => option.label)
  const summary =
    value.length === 0
      ? label
      : `${label}: ${chosen.length > 0 ? chosen.slice(0, 2).join(', ') : value.length}${chosen.length > 2 ? ` +${chosen.length - 2}` : ''}`
  const list = (
    <ListBox
      // Escape closes the list; it must not undo what was chosen in it
      escapeKeyBehavior="none"
      className="menu"
      aria-labelledby={titleId}
      items={options}
      selectionMode="multiple"
      selectedKeys={new Set(value)}
      onSelectionChange={(keys) =>
        onChange(keys === 'all' ? options.map((o) => o.id) : [...keys].map(String))
      }
      renderEmptyState={() => <p className="t3 p-2">{emptyText}</p>}
    >
      {(option) => (
        <ListBoxItem className="mi" id={option.id} textValue={option.label}>
          {({ isSelected }) => (
            <>
              <span className="pick" data-on={isSelected || undefined}>
                {isSelected && <Icon of={Check} size="s" />}
              </span>
              {option.mark}
              <span className="el sp">{option.label}</span>
              {option.count !== undefined && <span className="t3 sm">{option.count}</span>}
            </>
          )}
        </ListBoxItem>
      )}
    </ListBox>
  )
  return (
    <DialogTrigger>
      <Button className={value.length > 0 ? 'fchip on' : 'fchip'}>
        <span className="el">{summary}</span>
        <Icon of={ChevronDown} size="s" />
      </Button>
      <Popover className="pop" placement="bottom start" offset={4}>
        <Dialog className="filter-pop" aria-label={label}>
          <div className="row px-3 pt-2">
            <span id={titleId} className="lbl sp">
              {label}
            </span>
            {value.length > 0 && (
              <Button className="btn q sm" onPress={() => onChange([])}>
                {t('clear')}
              </Button>
            )}
          </div>
          {options.length >= SEARCH_FROM ? (
            <Autocomplete filter={contains}>
              <SearchField className="search mx-2 mt-1" aria-label={searchLabel} autoFocus>
                <Input placeholder={searchLabel} />
              </SearchField>
              {list}
            </Autocomplete>
          ) : (
            list
          )}
        </Dialog>
      </Popover>
    </DialogTrigger>
  )
}
