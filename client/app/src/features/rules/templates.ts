// Rules to begin with: the product's defaults, and others that many want. The defaults are those of
// the server, so that a changed one can be set back and a removed one made again.

import type { Stage } from '@/wire/records'
import type { RuleParts } from '@/wire/rules'
import type { ActivityType, Outcome } from '@/wire/work'
import { isSame } from './draft'
import { templateTexts as t } from './template-texts'

/** The records that a template may need. */
export interface House {
  types: readonly ActivityType[]
  stages: readonly Stage[]
}

export const templateKeys = [
  'lead_owner',
  'appointment_confirm',
  'no_show_follow_up',
  'deposit_stage',
  'cancelled_call',
  'big_deal',
  'lead_welcome',
  'cold_stage',
] as const
export type TemplateKey = (typeof templateKeys)[number]

const byPosition = (a: { position: number }, b: { position: number }) => a.position - b.position

const rule = (
  key: TemplateKey,
  rest: Pick<RuleParts, 'trigger' | 'actions'> & Partial<RuleParts>,
): RuleParts => ({
  name: t(`${key}.name`),
  conditions: [],
  delay_minutes: 0,
  hours: 'always',
  ...rest,
})

/** Undefined where the house lacks what it is about. */
export function templateOf(key: TemplateKey, house: House): RuleParts | undefined {
  switch (key) {
    case 'lead_owner':
      return rule(key, {
        trigger: { op: 'lead.received' },
        actions: [
          { do: 'assign', to: 'round_robin:all' },
          { do: 'remind', minutes: 15, kind: 'call', who: 'owner', text: t('lead_owner.text') },
        ],
      })
    case 'appointment_confirm':
      return rule(key, {
        trigger: { op: 'appointment.booked' },
        actions: [
          {
            do: 'remind',
            minutes: 1440,
            from: 'appointment',
            who: 'owner',
            kind: 'confirm_appointment',
            text: t('appointment_confirm.text'),
          },
        ],
      })
    case 'no_show_follow_up':
      return rule(key, {
        trigger: { op: 'appointment.no_show' },
        actions: [
          {
            do: 'remind',
            minutes: 60,
            kind: 'follow_up',
            who: 'owner',
            text: t('no_show_follow_up.text'),
          },
        ],
      })
    case 'deposit_stage': {
      const type = house.types.find((each) => each.key === 'deposit')
      const outcome = [...(type?.outcomes ?? [])]
        .sort(byPosition)
        .find((each: Outcome) => each.kind === 'positive')
      const stage = house.stages.find(
        ({ name, archived_at }) => !archived_at && (name === 'Kapora' || name === 'Deposit'),
      )
      if (!type || !outcome || !stage) return undefined
      return rule(key, {
        trigger: { op: 'activity.closed', type: type.id, outcome: outcome.id },
        actions: [{ do: 'move_card', stage: stage.id }],
      })
    }
    case 'cancelled_call':
      return rule(key, {
        trigger: { op: 'appointment.cancelled' },
        hours: 'business',
        actions: [
          { do: 'remind', minutes: 30, kind: 'call', who: 'owner', text: t('cancelled_call.text') },
        ],
      })
    case 'big_deal':
      return rule(key, {
        trigger: { op: 'card.moved' },
        conditions: [{ field: 'card.amount', is: 'more', value: 100_000_000 }],
        actions: [{ do: 'notify', who: 'managers', text: t('big_deal.text') }],
      })
    case 'lead_welcome':
      return rule(key, {
        trigger: { op: 'lead.received' },
        conditions: [{ field: 'event.created', is: 'is', value: true }],
        actions: [
          {
            do: 'mail',
            to: 'customer',
            subject: t('lead_welcome.subject'),
            body: t('lead_welcome.body'),
          },
        ],
      })
    case 'cold_stage':
      return rule(key, {
        trigger: { op: 'card.moved' },
        delay_minutes: 2880,
        hours: 'business',
        conditions: [{ field: 'customer.contact_hours', is: 'more', value: 48 }],
        actions: [
          { do: 'remind', minutes: 0, kind: 'call', who: 'owner', text: t('cold_stage.text') },
        ],
      })
  }
}

export const isTemplateKey = (key: string | null | undefined): key is TemplateKey =>
  templateKeys.some((each) => each === key)

/** Its words may have been changed freely; only what it does counts. */
function withoutWords(parts: RuleParts): RuleParts {
  const actions = parts.actions.map((action) =>
    action.do === 'remind' || action.do === 'notify' ? { ...action, text: 'x' } : action,
  )
  return { ...parts, name: 'x', actions }
}

/** Whether a default of the product does something else than it was made for. */
export function isChanged(parts: RuleParts, template: RuleParts): boolean {
  return !isSame(withoutWords(parts), withoutWords(template))
}
