// The page of rules in the settings: the list, or one rule behind its address.
import './list.css'
import './editor.css'
import './runs.css'
import { useParams } from '@tanstack/react-router'
import { RuleList } from './list'
import { useRuleEvents, useRunsLive } from './queries'
import { NewRule, RulePage } from './rule-page'

export default function RulesSection() {
  const { id } = useParams({ strict: false })
  useRuleEvents()
  useRunsLive()
  if (id === 'new') return <NewRule />
  return id ? <RulePage key={id} id={id} /> : <RuleList />
}
