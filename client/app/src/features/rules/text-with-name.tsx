// A text in which the customer's name can stand; the button puts it where the caret is.
import { useRef } from 'react'
import { Button } from '@/ui/button'
import { TextField, type TextFieldProps } from '@/ui/field'
import { useRuleTexts } from './texts'

const VARIABLE = '{name}'

export function TextWithName(props: TextFieldProps) {
  const t = useRuleTexts()
  const frame = useRef<HTMLDivElement>(null)
  const insert = () => {
    const input = frame.current?.querySelector<HTMLInputElement | HTMLTextAreaElement>(
      'input, textarea',
    )
    const at = input?.selectionStart ?? props.value.length
    props.onChange(props.value.slice(0, at) + VARIABLE + props.value.slice(at))
    requestAnimationFrame(() => {
      input?.focus()
      input?.setSelectionRange(at + VARIABLE.length, at + VARIABLE.length)
    })
  }
  return (
    <div className="with-name" ref={frame}>
      <TextField {...props} />
      <Button
        small
        tone="quiet"
        onPress={insert}
        aria-label={t('insertNameIn', { label: props.label })}
      >
        {t('insertName')}
      </Button>
    </div>
  )
}
