// A tag by its name; a new one where there may be new ones.
import { ComboBox, Input, Label, ListBox, ListBoxItem, Popover } from 'react-aria-components'
import type { Named } from '@/features/customers/queries'
import { fold } from '@/i18n/fold'

export function TagPick({
  label,
  tags,
  mayBeNew,
  value,
  onChange,
}: {
  label: string
  tags: readonly Named[]
  mayBeNew: boolean
  value: string
  onChange: (tag: string) => void
}) {
  const known = tags.find(({ name }) => fold(name) === fold(value))
  return (
    <ComboBox
      className="field"
      allowsCustomValue={mayBeNew}
      inputValue={value}
      onInputChange={onChange}
      selectedKey={known?.name ?? null}
      onSelectionChange={(key) => key !== null && onChange(String(key))}
      defaultFilter={(text, typed) => fold(text).includes(fold(typed))}
      menuTrigger="focus"
    >
      <Label>{label}</Label>
      <Input className="input" maxLength={60} />
      <Popover className="pop" offset={4}>
        <ListBox className="menu" items={tags.map(({ name, count }) => ({ id: name, count }))}>
          {(tag) => (
            <ListBoxItem className="mi" id={tag.id} textValue={tag.id}>
              <span className="el sp">{tag.id}</span>
              <span className="t3 sm">{tag.count}</span>
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  )
}
