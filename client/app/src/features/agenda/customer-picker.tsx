// Finds the customer whom an appointment is with, while one types.
import { UserRound, X } from 'lucide-react'
import { useState } from 'react'
import { ComboBox, Input, Label, ListBox, ListBoxItem, Popover } from 'react-aria-components'
import { useFoundCustomers } from '@/commands/customers'
import { IconButton } from '@/ui/button'
import { Icon } from '@/ui/icon'
import { useAgendaTexts } from './texts'

export interface Picked {
  id: string
  name: string
}

export function CustomerPicker({
  value,
  onChange,
  error,
}: {
  value: Picked | undefined
  onChange: (next: Picked | undefined) => void
  error: string | undefined
}) {
  const t = useAgendaTexts()
  const [typed, setTyped] = useState('')
  const { customers, searching, failed } = useFoundCustomers(value ? '' : typed)
  if (value) {
    return (
      <div className="field">
        <span className="lbl">{t('customer')}</span>
        <div className="picked">
          <Icon of={UserRound} />
          <b className="el sp">{value.name}</b>
          <IconButton
            icon={X}
            small
            label={t('otherCustomer')}
            onPress={() => {
              setTyped('')
              onChange(undefined)
            }}
          />
        </div>
      </div>
    )
  }
  const hasTyped = typed.trim().length >= 2
  const empty = failed ? t('searchFailed') : searching ? t('searching') : t('noCustomer')
  return (
    <ComboBox
      className="field"
      items={hasTyped ? customers : []}
      inputValue={typed}
      onInputChange={setTyped}
      onChange={(key) => {
        const found = customers.find((each) => each.id === key)
        if (found) onChange({ id: found.id, name: found.name })
      }}
      isInvalid={error !== undefined}
      allowsEmptyCollection={hasTyped}
      menuTrigger="input"
    >
      <Label>{t('customer')}</Label>
      <Input className="input" placeholder={t('findCustomer')} />
      {error && (
        <span className="ferr" role="alert">
          {error}
        </span>
      )}
      <Popover className="pop combo-pop" offset={4}>
        <ListBox
          className="menu"
          items={hasTyped ? customers : []}
          renderEmptyState={() => <p className="t3 p-2">{empty}</p>}
        >
          {(found) => (
            <ListBoxItem className="mi" id={found.id} textValue={found.name}>
              <span className="el sp">
                <b>{found.name}</b>
              </span>
              <span className="t3 sm el">{found.detail}</span>
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  )
}
