// A rule's sentence as it is drawn: what comes from data stands out.
import { ArrowRight } from 'lucide-react'
import { Fragment } from 'react'
import { useLocale } from '@/i18n'
import { Icon } from '@/ui/icon'
import type { RuleParts } from '@/wire/rules'
import type { RuleNames } from './names'
import { pieces, sentenceOf } from './sentence'

function Words({ text }: { text: string }) {
  let at = 0
  return pieces(text).map((piece) => {
    const key = at
    at += piece.text.length
    return piece.isValue ? (
      <b key={key}>{piece.text}</b>
    ) : (
      <Fragment key={key}>{piece.text}</Fragment>
    )
  })
}

export function SentenceView({ rule, names }: { rule: Omit<RuleParts, 'name'>; names: RuleNames }) {
  useLocale()
  const { when, conditions, actions } = sentenceOf(rule, names)
  return (
    <>
      <Words text={when} />
      {conditions && (
        <>
          {', '}
          <Words text={conditions} />
        </>
      )}
      <span className="then">
        <Icon of={ArrowRight} size="s" />
        <span className="vh">→</span>
      </span>
      <Words text={actions} />
    </>
  )
}
