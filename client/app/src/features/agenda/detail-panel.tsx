// Where an appointment is shown: beside it on a wide screen, else in a sheet.
import { X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Dialog, Heading, Popover } from 'react-aria-components'
import { useCommonTexts } from '@/i18n/common'
import { ApiError } from '@/session/errors'
import { IconButton } from '@/ui/button'
import { Sheet } from '@/ui/dialog'
import { useMedia } from '@/ui/media'
import { EmptyState, ErrorState, Skeleton } from '@/ui/states'
import { nameOf } from './commands'
import { Detail } from './detail'
import { useAppointment, useBookables } from './range'
import { useAgendaTexts } from './texts'

/** The place of an appointment on the screen, once it stands still there. */
function useAnchor(id: string, isWide: boolean): Element | null | undefined {
  const [anchor, setAnchor] = useState<Element | null>()
  useEffect(() => {
    if (!isWide) {
      setAnchor(null)
      return
    }
    const find = () => document.querySelector(`[data-entry="${CSS.escape(id)}"]`)
    const found = find()
    setAnchor(found)
    if (found) return
    // The days around it may still be read.
    const timer = setTimeout(() => setAnchor(find()), 600)
    return () => clearTimeout(timer)
  }, [id, isWide])
  return anchor
}

const PANEL_PX = 380

/** Beside it where there is room at either side; a day of one person fills the whole width. */
function placementAt(anchor: Element): 'right top' | 'bottom' {
  const { left, right } = anchor.getBoundingClientRect()
  return window.innerWidth - right > PANEL_PX || left > PANEL_PX ? 'right top' : 'bottom'
}

export function DetailPanel({
  id,
  inSheet = false,
  onClose,
}: {
  id: string
  /** Also where there is room beside it. */
  inSheet?: boolean
  onClose: () => void
}) {
  const t = useAgendaTexts()
  const c = useCommonTexts()
  const isWide = useMedia('(min-width: 900px)') && !inSheet
  const { of, error, retry } = useAppointment(id)
  const { service } = useBookables()
  const anchor = useAnchor(id, isWide)
  const title = of ? nameOf(of, service(of.service_id)) : t('appointment')
  const body = of ? (
    <Detail of={of} onClose={onClose} />
  ) : error ? (
    error instanceof ApiError && error.status === 404 ? (
      <EmptyState title={t('notFound')} />
    ) : (
      <ErrorState error={error} onRetry={retry} />
    )
  ) : (
    <Skeleton height={120} />
  )
  if (anchor === undefined) return null
  if (anchor?.isConnected) {
    return (
      <Popover
        className="pop detail-pop"
        isOpen
        onOpenChange={(open) => !open && onClose()}
        triggerRef={{ current: anchor }}
        placement={placementAt(anchor)}
        offset={6}
      >
        <Dialog className="dlg">
          <header>
            <Heading slot="title">{title}</Heading>
            <IconButton icon={X} label={c('close')} small onPress={onClose} />
          </header>
          <div className="body">{body}</div>
        </Dialog>
      </Popover>
    )
  }
  return (
    <Sheet isOpen onClose={onClose} title={title}>
      {body}
    </Sheet>
  )
}
