// The customer beside the board. Escape closes, arrows walk to the next card, the board stays live.
import { Link } from '@tanstack/react-router'
import { ChevronDown, ChevronUp, Maximize2, X } from 'lucide-react'
import { type KeyboardEvent, useEffect, useRef } from 'react'
import { IconButton } from '@/ui/button'
import { Icon } from '@/ui/icon'
import { useCustomerTexts } from './texts'
import { CustomerViewer, type Frame } from './viewer'

export type Walk = 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight'

const walks: readonly string[] = ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight']
const fields = 'input,textarea,select,[contenteditable]'
const takesArrows = `${fields},[role="tab"],[role="radio"],.scroll`

export function CustomerPanel({
  id,
  takeFocus,
  onClose,
  onWalk,
}: {
  id: string
  /** How often it was opened by a key: then the reader goes on in the panel. */
  takeFocus: number
  onClose: () => void
  onWalk: (where: Walk) => void
}) {
  const t = useCustomerTexts()
  const panel = useRef<HTMLElement>(null)
  useEffect(() => {
    if (takeFocus > 0) panel.current?.focus({ preventScroll: true })
  }, [takeFocus])

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
    const target = event.target as HTMLElement
    // React also brings what happens in sheets and menus, which stand elsewhere in the document.
    if (!event.currentTarget.contains(target)) return
    if (event.key === 'Escape' && !target.closest(fields)) onClose()
    else if (walks.includes(event.key) && !target.closest(takesArrows)) onWalk(event.key as Walk)
    else return
    event.preventDefault()
  }
  const draw = ({ name, alsoHere, children }: Frame) => (
    <>
      <header className="viewer-bar">
        <span className="sp">{alsoHere}</span>
        <IconButton
          icon={ChevronUp}
          small
          label={t('previousCard')}
          onPress={() => onWalk('ArrowUp')}
        />
        <IconButton
          icon={ChevronDown}
          small
          label={t('nextCard')}
          onPress={() => onWalk('ArrowDown')}
        />
        <Link
          className="btn q i sm"
          to="/customers/$customerId"
          params={{ customerId: id }}
          aria-label={t('openPage')}
          title={t('openPage')}
        >
          <Icon of={Maximize2} />
        </Link>
        <IconButton icon={X} small label={t('closePanel')} onPress={onClose} />
      </header>
      <span className="vh" aria-live="polite">
        {name && t('panel', { name })}
      </span>
      {children}
    </>
  )
  return (
    <aside
      ref={panel}
      className="viewer"
      tabIndex={-1}
      aria-label={t('panelLabel')}
      onKeyDown={onKeyDown}
    >
      <CustomerViewer id={id} mode="panel" frame={draw} />
    </aside>
  )
}
