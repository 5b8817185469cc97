// A verify token, this once, beside the address it belongs to.
import { Button } from '@/ui/button'
import { Dialog } from '@/ui/dialog'
import { Secret } from '@/ui/secret'
import type { Connection } from '@/wire/channels'
import { useChannelTexts } from './texts'

export interface Shown {
  connection: Connection
  token: string
  isNew: boolean
}

export function CallbackUrl({ connection }: { connection: Pick<Connection, 'hook_url'> }) {
  const t = useChannelTexts()
  return (
    <div className="field">
      <span className="lbl">{t('callbackUrl')}</span>
      <Secret
        value={connection.hook_url}
        label={t('copy')}
        copied={t('copied')}
        what={t('callbackUrl')}
      />
      {!connection.hook_url.startsWith('https:') && <span className="hint">{t('needsHttps')}</span>}
    </div>
  )
}

export function TokenDialog({ shown, onClose }: { shown: Shown; onClose: () => void }) {
  const t = useChannelTexts()
  const { connection, token, isNew } = shown
  return (
    <Dialog
      isOpen
      keepOpen
      onClose={onClose}
      title={t(isNew ? 'ready' : 'tokenRenewed', { name: connection.name })}
      footer={
        <Button tone="primary" onPress={onClose}>
          {t('done')}
        </Button>
      }
    >
      <p className="t2">{t('tokenOnce')}</p>
      <CallbackUrl connection={connection} />
      <div className="field">
        <span className="lbl">{t('cred.verify_token')}</span>
        <Secret
          value={token}
          label={t('copy')}
          copied={t('copied')}
          what={t('cred.verify_token')}
        />
      </div>
    </Dialog>
  )
}
