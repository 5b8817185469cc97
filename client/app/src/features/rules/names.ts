// What the ids of a rule are called. Sentences know nothing else of the app.
import type { Field } from './fields'

type Name = (id: string) => string | undefined

export interface RuleNames {
  user: Name
  team: Name
  board: Name
  stage: Name
  /** By id or key. */
  activityType: Name
  outcome: Name
  service: Name
  source: (name: string) => string
  webhook: Name
  /** The field a condition names. */
  field: (id: string) => Field
  /** An amount in the tenant's currency. */
  money: (minor: number) => string
}
