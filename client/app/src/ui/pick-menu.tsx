// A button that opens a list to choose one from, with a search; can offer what was typed as new.
import { type ReactElement, useState } from 'react'
import {
  Autocomplete,
  Dialog,
  DialogTrigger,
  Input,
  Menu,
  MenuItem,
  Popover,
  type PopoverProps,
  SearchField,
} from 'react-aria-components'
import { fold } from '@/i18n/fold'
import type { FilterOption } from './filter-select'

const NEW = '\0new'

export function PickMenu({
  button,
  label,
  searchLabel,
  options,
  onPick,
  newLabel,
  placement = 'bottom start',
}: {
  button: ReactElement
  label: string
  searchLabel: string
  options: readonly FilterOption[]
  onPick: (id: string) => void
  /** Makes the typed text itself a choice; the id is then that text. */
  newLabel?: (typed: string) => string
  placement?: PopoverProps['placement']
}) {
  const [isOpen, setOpen] = useState(false)
  const [typed, setTyped] = useState('')
  const query = fold(typed)
  const found = options.filter((option) => fold(option.label).includes(query))
  const exact = options.some((option) => fold(option.label) === query)
  const items: FilterOption[] =
    newLabel && query && !exact ? [...found, { id: NEW, label: newLabel(typed.trim()) }] : found
  return (
    <DialogTrigger
      isOpen={isOpen}
      onOpenChange={(open) => {
        setOpen(open)
        setTyped('')
      }}
    >
      {button}
      <Popover className="pop" placement={placement ?? 'bottom start'} offset={4}>
        <Dialog className="filter-pop" aria-label={label}>
          <Autocomplete inputValue={typed} onInputChange={setTyped}>
            <SearchField className="search m-2 mb-0" aria-label={searchLabel} autoFocus>
              <Input placeholder={searchLabel} maxLength={60} />
            </SearchField>
            <Menu
              className="menu"
              aria-label={label}
              items={items}
              onAction={(key) => {
                onPick(key === NEW ? typed.trim() : String(key))
                setOpen(false)
              }}
            >
              {(option) => (
                <MenuItem className="mi" id={option.id} textValue={option.label}>
                  {option.mark}
                  <span className="el sp">{option.label}</span>
                  {option.count !== undefined && <span className="t3 sm">{option.count}</span>}
                </MenuItem>
              )}
            </Menu>
          </Autocomplete>
        </Dialog>
      </Popover>
    </DialogTrigger>
  )
}
