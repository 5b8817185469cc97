// A small choice of reactions, at a message.
import { type KeyboardEvent, useRef } from 'react'
import { Dialog, Popover } from 'react-aria-components'
import { emojis } from './emojis'
import { useRoomTexts } from './texts'

const COLUMNS = 8
const steps: Record<string, number> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  ArrowUp: -COLUMNS,
  ArrowDown: COLUMNS,
}

export function EmojiPicker({
  anchor,
  onPick,
  onClose,
}: {
  anchor: Element | null
  onPick: (emoji: string) => void
  onClose: () => void
}) {
  const t = useRoomTexts()
  const grid = useRef<HTMLDivElement>(null)
  const onKeyDown = (event: KeyboardEvent) => {
    const step = steps[event.key]
    const all = [...(grid.current?.querySelectorAll('button') ?? [])]
    const next = step && all[all.indexOf(document.activeElement as HTMLButtonElement) + step]
    if (!next) return
    event.preventDefault()
    next.focus()
  }
  return (
    <Popover
      className="pop"
      isOpen={anchor !== null}
      onOpenChange={(open) => !open && onClose()}
      triggerRef={{ current: anchor }}
      placement="top"
      offset={4}
    >
      <Dialog className="emoji-pop" aria-label={t('react')}>
        {/* biome-ignore lint/a11y/noStaticElementInteractions: arrow keys walk the buttons inside */}
        <div className="emoji-grid" ref={grid} onKeyDown={onKeyDown}>
          {emojis.map(([emoji, name], i) => (
            <button
              key={emoji}
              type="button"
              aria-label={t(`emoji.${name}`)}
              title={t(`emoji.${name}`)}
              // biome-ignore lint/a11y/noAutofocus: the person has just asked to choose one
              autoFocus={i === 0}
              onClick={() => {
                onPick(emoji)
                onClose()
              }}
            >
              {emoji}
            </button>
          ))}
        </div>
      </Dialog>
    </Popover>
  )
}
