// For whoever writes the receiver.
import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { Part } from '@/shell/sections'
import { announce } from '@/ui/announce'
import { Button } from '@/ui/button'
import { copyText } from '@/ui/secret'
import { samples } from './samples'
import { useWebhookTexts } from './texts'

const HEADERS = `Nabiz-Event: card.moved
Nabiz-Delivery: 019a1b2c-…
Nabiz-Signature: t=1732190400,v1=5257a869e7…`

export function Verify() {
  const t = useWebhookTexts()
  const [chosen, setChosen] = useState<(typeof samples)[number]>(samples[0])
  const [copied, setCopied] = useState('')
  const isCopied = copied === chosen.language
  return (
    <Part title={t('verify')}>
      <div className="verify">
        <p className="t2">{t('verifyLead')}</p>
        <pre className="code">{HEADERS}</pre>
        <div className="row">
          <div className="seg" role="toolbar" aria-label={t('verify')}>
            {samples.map((sample) => (
              <button
                key={sample.language}
                type="button"
                aria-pressed={sample === chosen}
                onClick={() => setChosen(sample)}
              >
                {sample.language}
              </button>
            ))}
          </div>
          <span className="sp" />
          <Button
            small
            icon={isCopied ? Check : Copy}
            onPress={() =>
              void copyText(chosen.code).then((ok) => {
                if (!ok) return
                setCopied(chosen.language)
                announce(t('copied'))
              })
            }
          >
            {t(isCopied ? 'copied' : 'copy')}
          </Button>
        </div>
        <section
          className="code scroll"
          tabIndex={0}
          aria-label={t('example', { language: chosen.language })}
        >
          <pre>{chosen.code}</pre>
        </section>
        <p className="t2">{t('verifyIds')}</p>
        <p className="t2">{t('verifyRetry')}</p>
      </div>
    </Part>
  )
}
