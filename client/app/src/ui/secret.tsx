// Something that is shown once or handed on: a key, an invitation link. With one button that copies.
import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { announce } from './announce'
import { Button } from './button'

export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    // Plain-http origins have no clipboard: the old way needs a selected field.
    const field = document.createElement('textarea')
    field.value = text
    field.style.position = 'fixed'
    field.style.opacity = '0'
    document.activeElement?.after(field)
    field.select()
    const done = document.execCommand('copy')
    field.remove()
    return done
  }
}

export function Secret({
  value,
  label,
  copied,
  what,
}: {
  value: string
  label: string
  copied: string
  /** Where there are several of them. */
  what?: string
}) {
  const [done, setDone] = useState(false)
  return (
    <div className="secret">
      <code>{value}</code>
      <Button
        small
        icon={done ? Check : Copy}
        {...(what ? { 'aria-label': `${done ? copied : label}: ${what}` } : {})}
        onPress={() =>
          void copyText(value).then((ok) => {
            if (!ok) return
            setDone(true)
            announce(copied)
          })
        }
      >
        {done ? copied : label}
      </Button>
    </div>
  )
}
