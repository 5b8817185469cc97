// Dialogs in the middle, sheets from the right (from below on a phone).
import { X } from 'lucide-react'
import type { FormEvent, ReactNode } from 'react'
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components'
import { useCommonTexts } from '@/i18n/common'
import { Button, IconButton } from './button'

interface PanelProps {
  isOpen: boolean
  onClose: () => void
  title: string
  children: ReactNode
  /** Buttons at the bottom, primary last. */
  footer?: ReactNode
  /** Wraps the panel in a form. */
  onSubmit?: () => void
  /** While true, a click beside the panel or Escape does not close it. */
  keepOpen?: boolean
}

function Panel({ title, onClose, children, footer, onSubmit }: Omit<PanelProps, 'isOpen'>) {
  const t = useCommonTexts()
  const content = (
    <>
      <header>
        <Heading slot="title">{title}</Heading>
        <IconButton icon={X} label={t('close')} small onPress={onClose} />
      </header>
      <div className="body">{children}</div>
      {footer && <footer>{footer}</footer>}
    </>
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    event.stopPropagation()
    onSubmit?.()
  }
  return onSubmit ? (
    <form className="dlg" onSubmit={submit} noValidate>
      {content}
    </form>
  ) : (
    <div className="dlg">{content}</div>
  )
}

export function Dialog({ wide, ...props }: PanelProps & { wide?: boolean }) {
  return (
    <ModalOverlay
      className="scrim center"
      isOpen={props.isOpen}
      onOpenChange={(open) => !open && props.onClose()}
      isDismissable={!props.keepOpen}
      isKeyboardDismissDisabled={props.keepOpen ?? false}
    >
      <Modal className={wide ? 'dialog wide' : 'dialog'}>
        <AriaDialog className="dlg">
          <Panel {...props} />
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  )
}

export function Sheet(props: PanelProps) {
  return (
    <ModalOverlay
      className="scrim side"
      isOpen={props.isOpen}
      onOpenChange={(open) => !open && props.onClose()}
      isDismissable={!props.keepOpen}
      isKeyboardDismissDisabled={props.keepOpen ?? false}
    >
      <Modal className="sheet">
        <AriaDialog className="dlg">
          <Panel {...props} />
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  )
}

export function ConfirmDialog({
  action,
  onConfirm,
  children,
  ...props
}: Omit<PanelProps, 'footer' | 'onSubmit'> & { action: string; onConfirm: () => void }) {
  const t = useCommonTexts()
  return (
    <Dialog
      {...props}
      footer={
        <>
          <Button tone="quiet" onPress={props.onClose}>
            {t('cancel')}
          </Button>
          <Button
            tone="danger-filled"
            autoFocus
            onPress={() => {
              onConfirm()
              props.onClose()
            }}
          >
            {action}
          </Button>
        </>
      }
    >
      {children}
    </Dialog>
  )
}
