// The steps in Meta's own pages, with the address to copy.
import { Part } from '@/shell/sections'
import type { Connection } from '@/wire/channels'
import { channelKinds } from '@/wire/channels'
import { KindMark } from './signs'
import { useChannelTexts } from './texts'
import { CallbackUrl } from './token-dialog'

const fields = {
  whatsapp: 'messages, smb_message_echoes, user_preferences',
  instagram: 'messages, messaging_postbacks, comments',
  messenger: 'messages, messaging_postbacks, messaging_referrals, leadgen',
} as const

export function AtMeta({ connection }: { connection: Connection }) {
  const t = useChannelTexts()
  return (
    <Part title={t('atMeta')}>
      <ol className="steps">
        <li>{t('step1')}</li>
        <li>
          {t('step2')}
          <CallbackUrl connection={connection} />
          <span className="sm t3">{t('tokenHidden')}</span>
        </li>
        <li>
          {t('step3')}
          <dl className="meta-fields">
            {channelKinds.map((kind) => (
              <div key={kind}>
                <dt>
                  <KindMark kind={kind} />
                </dt>
                <dd>
                  <code>{fields[kind]}</code>
                </dd>
              </div>
            ))}
          </dl>
        </li>
        <li>{t('step4')}</li>
      </ol>
    </Part>
  )
}
