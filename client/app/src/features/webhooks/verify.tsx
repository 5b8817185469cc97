// For whoever writes the receiver.
import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { Part } from '@/shell/sections'
import { announce } from '@/ui/announce'
import { Button } from '@/ui/button'
import { ChoiceBar } from '@/ui/choice-bar'
import { copyText } from '@/ui/secret'
import { samples } from './samples'
import { useWebhookTexts } from './texts'

type Language = (typeof samples)[number]['language']

const HEADERS = `Nabiz-Event: card.moved
Nabiz-Delivery: 019a1b2c-…
Nabiz-Signature: t=1732190400,v1=5257a869e7…`

export function Verify() {
  const t = useWebhookTexts()
  const [language, setLanguage] = useState<Language>(samples[0].language)
  const chosen = samples.find((sample) => sample.language === language) ?? samples[0]
  const [copied, setCopied] = useState('')
  const isCopied = copied === language
  return (
    <Part title={t('verify')}>
      <div className="verify">
        <p className="t2">{t('verifyLead')}</p>
        <pre className="code">{HEADERS}</pre>
        <div className="row">
          <ChoiceBar
            label={t('verify')}
            options={samples.map(({ language }) => ({ id: language, text: language }))}
            value={language}
            onChange={setLanguage}
          />
          <span className="sp" />
          <Button
            small
            icon={isCopied ? Check : Copy}
            onPress={() =>
              void copyText(chosen.code).then((ok) => {
                if (!ok) return
                setCopied(language)
                announce(t('copied'))
              })
            }
          >
            {t(isCopied ? 'copied' : 'copy')}
          </Button>
        </div>
        <section className="code scroll" tabIndex={0} aria-label={t('example', { language })}>
          <pre>{chosen.code}</pre>
        </section>
        <p className="t2">{t('verifyIds')}</p>
        <p className="t2">{t('verifyRetry')}</p>
      </div>
    </Part>
  )
}
