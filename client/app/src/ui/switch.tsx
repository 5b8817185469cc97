// On or off, at once; a checkbox waits for "save".
import './switch.css'
import { Switch as AriaSwitch } from 'react-aria-components'

export function Switch({
  label,
  hideLabel,
  isSelected,
  isDisabled,
  onChange,
}: {
  label: string
  hideLabel?: boolean
  isSelected: boolean
  isDisabled?: boolean
  onChange: (selected: boolean) => void
}) {
  return (
    <AriaSwitch
      className="switch"
      isSelected={isSelected}
      isDisabled={isDisabled ?? false}
      onChange={onChange}
      {...(hideLabel ? { 'aria-label': label } : {})}
    >
      <span className="track" />
      {!hideLabel && label}
    </AriaSwitch>
  )
}
