// Dialogs in the middle, sheets from the right (from below on a phone).
import { X } from 'lucide-react'
import type { FormEvent, ReactNode } from 'react'
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components'
import { useCommonTexts } from '@/i18n/common'
import { Button, type ButtonProps, IconButton } from './button'

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

/** The end of a form: the way back, and the one action. */
export function FormButtons({
  onCancel,
  action,
  ...button
}: {
  onCancel: () => void
  /** "Save" unless it says more. */
  action?: string
} & Pick<ButtonProps, 'tone' | 'isDisabled' | 'isPending' | 'autoFocus' | 'onPress'>) {
  const t = useCommonTexts()
  return (
    <>
      <Button tone="quiet" onPress={onCancel}>
        {t('cancel')}
      </Button>
      <Button tone="primary" type={button.onPress ? 'button' : 'submit'} {...button}>
        {action ?? t('save')}
      </Button>
    </>
  )
}

export function ConfirmDialog({
  action,
  onConfirm,
  children,
  ...props
}: Omit<PanelProps, 'footer' | 'onSubmit'> & { action: string; onConfirm: () => void }) {
  return (
    <Dialog
      {...props}
      footer={
        <FormButtons
          onCancel={props.onClose}
          action={action}
          tone="danger-filled"
          autoFocus
          onPress={() => {
            onConfirm()
            props.onClose()
          }}
        />
      }
    >
      {children}
    </Dialog>
  )
}
