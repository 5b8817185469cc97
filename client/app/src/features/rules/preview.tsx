// The dry run: what the rule would have done in the last days, with customers to look at.
import { Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { ago } from '@/i18n/ago'
import { dateTime, number } from '@/i18n/format'
import { problemText } from '@/session/errors'
import { Skeleton } from '@/ui/states'
import type { RuleParts } from '@/wire/rules'
import { missingIn } from './draft'
import { usePreview } from './queries'
import { useRuleTexts } from './texts'

const SETTLED_MS = 400

/** What is being typed is asked about once the hands rest. */
function useSettled<T>(value: T): T {
  const text = JSON.stringify(value)
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), SETTLED_MS)
    return () => clearTimeout(timer)
  }, [text])
  return JSON.parse(settled) as T
}

export function PreviewPane({ parts }: { parts: RuleParts }) {
  const t = useRuleTexts()
  const { trigger, conditions, actions } = parts
  const asked = useSettled({ trigger, conditions, actions })
  const isWhole = !Object.keys(missingIn({ ...parts, ...asked })).some((field) =>
    field.startsWith('conditions'),
  )
  const read = usePreview(asked, isWhole)
  const isOld = read.isPlaceholderData || read.isFetching || !isWhole
  const { data } = read
  return (
    <section className="preview" aria-label={t('preview')}>
      <h3 className="lbl">{t('preview')}</h3>
      {read.isError ? (
        <p className="ferr" role="alert">
          {problemText(read.error)}
        </p>
      ) : !isWhole && !data ? (
        <p className="t3">{t('previewWaits')}</p>
      ) : !data ? (
        <Skeleton width="60%" height={22} />
      ) : (
        <div data-old={isOld || undefined}>
          <p className="count" role="status">
            {data.would_have_fired === 0
              ? t('previewNone', { days: data.days })
              : data.capped
                ? t('previewAtLeast', {
                    count: data.would_have_fired,
                    n: number(data.would_have_fired),
                    days: data.days,
                  })
                : t('previewCount', {
                    count: data.would_have_fired,
                    n: number(data.would_have_fired),
                    days: data.days,
                  })}
          </p>
          {data.examples.length > 0 && (
            <ul className="examples">
              {data.examples.map((example) => (
                <li key={`${example.customer_id}${example.at}`}>
                  <Link
                    to="/customers/$customerId"
                    params={{ customerId: example.customer_id }}
                    target="_blank"
                    className="el"
                  >
                    {example.customer_name}
                  </Link>
                  <span className="t3 sm" title={dateTime(new Date(example.at))}>
                    {ago(example.at)}
                  </span>
                </li>
              ))}
            </ul>
          )}
          <p className="hint">{t('previewHint')}</p>
        </div>
      )}
    </section>
  )
}
