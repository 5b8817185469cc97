// A payload as it came. It is text from outside: drawn as text, never as anything else.
import { Check, Copy } from 'lucide-react'
import { useMemo, useState } from 'react'
import { number } from '@/i18n/format'
import { announce } from '@/ui/announce'
import { Button } from '@/ui/button'
import { ChoiceBar } from '@/ui/choice-bar'
import { copyText } from '@/ui/secret'
import type { WholePayload } from '@/wire/channels'
import { useLedgerTexts } from './ledger-texts'

/** So many letters are drawn at once; a payload may have millions. */
export const SHOWN = 20_000

/** The same JSON with a line for each field; undefined for what is none. */
export function pretty(body: string): string | undefined {
  try {
    return JSON.stringify(JSON.parse(body), null, 2)
  } catch {
    return undefined
  }
}

export function Raw({ payload }: { payload: Pick<WholePayload, 'body' | 'coding'> }) {
  const t = useLedgerTexts()
  const { body, coding } = payload
  const tidy = useMemo(() => (coding === 'text' ? pretty(body) : undefined), [body, coding])
  const [form, setForm] = useState<'pretty' | 'asItCame'>('pretty')
  const [isWhole, setWhole] = useState(false)
  const [isCopied, setCopied] = useState(false)
  const text = form === 'pretty' && tidy !== undefined ? tidy : body
  const isCut = !isWhole && text.length > SHOWN
  if (body === '') return <p className="t3">{t('isEmpty')}</p>
  return (
    <div className="raw-part">
      <div className="row wrap">
        {tidy !== undefined && (
          <ChoiceBar
            label={t('form')}
            options={(['pretty', 'asItCame'] as const).map((id) => ({ id, text: t(id) }))}
            value={form}
            onChange={setForm}
          />
        )}
        {coding === 'base64' && <span className="sm t3">{t('isBase64')}</span>}
        <span className="sp" />
        <Button
          small
          icon={isCopied ? Check : Copy}
          onPress={() =>
            void copyText(body).then((ok) => {
              if (!ok) return
              setCopied(true)
              announce(t('copied'))
            })
          }
        >
          {t(isCopied ? 'copied' : 'copy')}
        </Button>
      </div>
      <section className="raw scroll" tabIndex={0} aria-label={t('rawText')}>
        <pre>{isCut ? text.slice(0, SHOWN) : text}</pre>
      </section>
      {isCut && (
        <div className="row wrap">
          <span className="sm t3">{t('cut', { n: number(SHOWN) })}</span>
          <Button small onPress={() => setWhole(true)}>
            {t('showWhole')}
          </Button>
        </div>
      )}
    </div>
  )
}
