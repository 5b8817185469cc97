// Topic `rules`: which rules have done something. What they did is read.
import { registerModel, type TopicModel } from '@/live/model'

export const RULES = 'rules'
export const WORKED = 'worked'

export const rulesModel: TopicModel = {
  version: 1,
  snapshot() {},
  event(to, { op, d, seq }) {
    if (op !== 'rule.worked') return
    for (const id of (d as { rules: string[] }).rules) to.put(WORKED, id, { id, seq })
  },
}

registerModel(RULES, rulesModel)
