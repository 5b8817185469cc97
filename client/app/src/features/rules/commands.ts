// What can be done with a rule from the list; shown at once, and taken back where that is possible.
import { useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { CommandError, type CommandInit } from '@/live/engine'
import { perform, performOrThrow } from '@/live/live'
import { offerUndo } from '@/live/undo'
import { errorText } from '@/session/errors'
import type { Rule, RuleParts } from '@/wire/rules'
import { patchOrder, patchRule, readRulesAgain } from './queries'
import { ruleTexts as t } from './texts'

const on = (op: string, d: Record<string, unknown>, label: string): CommandInit => ({
  topic: 'tenant',
  op,
  d,
  label,
})

/** The rule's words on the wire; name and version are the caller's. */
const bodyOf = ({ name, trigger, conditions, actions, delay_minutes, hours }: RuleParts) => ({
  name,
  trigger,
  conditions,
  actions,
  delay_minutes,
  hours,
})

export async function createRule(parts: RuleParts, enabled: boolean): Promise<string> {
  const d = { ...bodyOf(parts), enabled }
  const answer = await performOrThrow(on('rule.create', d, parts.name))
  return (answer.d as { rule_id: string }).rule_id
}

export async function updateRule(id: string, parts: RuleParts, version: number): Promise<number> {
  const answer = await performOrThrow({
    ...on('rule.update', { rule: id, ...bodyOf(parts) }, parts.name),
    if: { ver: version },
  })
  return (answer.d as { version: number }).version
}

/** What the server said of single fields, and of the whole. */
export function refusalOf(error: unknown): {
  fields: Record<string, string>
  whole: string
  isConflict: boolean
} {
  if (!(error instanceof CommandError))
    return { fields: {}, whole: errorText('failed'), isConflict: false }
  const fields = Object.fromEntries(
    (error.fields ?? []).map(({ field, code, message }) => [field, errorText(code, message)]),
  )
  return {
    fields,
    whole: errorText(error.reason ?? error.code, error.message),
    isConflict: error.reason === 'version_conflict',
  }
}

export function useRuleActions() {
  const queries = useQueryClient()
  return useMemo(() => {
    const tell = (init: CommandInit) =>
      perform(init).then((answer) => {
        if (!answer) readRulesAgain(queries)
        return answer
      })
    return {
      turn(rule: Rule, enabled: boolean): void {
        const name = rule.name
        const text = t(enabled ? 'turnedOn' : 'turnedOff', { name })
        patchRule(queries, rule.id, { enabled })
        const turn = (to: boolean) =>
          on(to ? 'rule.enable' : 'rule.disable', { rule: rule.id }, text)
        offerUndo({ text, inverse: () => [turn(!enabled)] }, { given: tell(turn(enabled)) })
      },
      order(order: readonly string[], before: readonly string[], name: string): void {
        const text = t('ordered', { name })
        const move = (to: readonly string[]) => on('rule.reorder', { order: to }, text)
        patchOrder(queries, order)
        offerUndo(
          { text, inverse: () => [move(before)] },
          { quiet: true, given: tell(move(order)) },
        )
      },
      remove(rule: Rule): void {
        const text = t('removed', { name: rule.name })
        patchRule(queries, rule.id, null)
        const given = tell(on('rule.remove', { rule: rule.id }, text))
        const back = on('rule.restore', { rule: rule.id }, text)
        offerUndo({ text, inverse: () => [back] }, { given })
      },
      restore(id: string, name: string): void {
        void tell(on('rule.restore', { rule: id }, name))
      },
      /** A copy that is off: two rules of one kind would act twice. */
      async duplicate(rule: Rule): Promise<string | undefined> {
        const name = t('copyOf', { name: rule.name }).slice(0, 200)
        const d = { ...bodyOf(rule), name, enabled: false }
        const answer = await tell(on('rule.create', d, name))
        const id = (answer?.d as { rule_id?: string } | undefined)?.rule_id
        if (id)
          offerUndo({
            text: t('copied', { name }),
            inverse: () => [on('rule.remove', { rule: id }, name)],
          })
        return id
      },
    }
  }, [queries])
}
