// How much somebody sees, in a few words.
import type { Scopes, Visibility } from '@/wire/records'
import { peopleTexts as t } from './texts'

export const modules = ['customers', 'agenda', 'reports'] as const

export const sees = (visibility: Visibility): string => t(`sees.${visibility}`)

/** One word where all modules agree, else module by module. */
export function scopeText(scopes: Scopes): string {
  const { customers, agenda, reports } = scopes
  if (customers === agenda && agenda === reports) return t('seesAll', { what: sees(customers) })
  return modules.map((module) => `${t(`module.${module}`)}: ${sees(scopes[module])}`).join(' · ')
}
