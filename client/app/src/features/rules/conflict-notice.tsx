// A colleague saved the rule while it was being edited here.
import { useCallback, useState } from 'react'
import { usePeople } from '@/features/customers/people'
import { useTopicEvents } from '@/live/hooks'
import { useSignedIn } from '@/session/session'
import { Button } from '@/ui/button'
import type { Ev } from '@/wire/frames'
import type { Rule } from '@/wire/rules'
import type { RuleNames } from './names'
import { SentenceView } from './sentence-view'
import { useRuleTexts } from './texts'

/** Who saved this rule last, among what was heard while somebody was looking. */
export function useLastWriter(id: string): string | undefined {
  const [by, setBy] = useState<string>()
  const listener = useCallback(
    (ev: Ev) => {
      const { rule, id: removed } = (ev.d ?? {}) as { rule?: Rule; id?: string }
      if (ev.op === 'rule.saved' && rule?.id === id) setBy(ev.by ?? undefined)
      if (ev.op === 'rule.removed' && removed === id) setBy(ev.by ?? undefined)
    },
    [id],
  )
  useTopicEvents('tenant', listener)
  return by
}

export function ConflictNotice({
  rule,
  names,
  by,
  onTake,
  onKeep,
}: {
  rule: Rule
  names: RuleNames
  by: string | undefined
  onTake: () => void
  onKeep: () => void
}) {
  const t = useRuleTexts()
  const people = usePeople()
  const me = useSignedIn().user.id
  return (
    <section className="conflict" role="alert" aria-label={t('conflict')}>
      <b>{by && by !== me ? t('conflictBy', { name: people.of(by).name }) : t('conflict')}</b>
      <p>
        {rule.name}: <SentenceView rule={rule} names={names} />
      </p>
      <div className="row">
        <Button small onPress={onTake}>
          {t('takeTheirs')}
        </Button>
        <Button small onPress={onKeep}>
          {t('keepMine')}
        </Button>
      </div>
    </section>
  )
}
