// How long ago, inside a sentence: "6 dk önce", "dün", "21 Kas". Alone in a corner of a card `ago`
// says the same shorter.
import { defineTexts } from '.'
import { ageOf, dayMonth } from './format'

const { texts } = defineTexts(
  'since',
  {
    now: 'az önce',
    minutes_one: '{{count}} dk önce',
    minutes_other: '{{count}} dk önce',
    hours_one: '{{count}} sa önce',
    hours_other: '{{count}} sa önce',
    yesterday: 'dün',
    days_one: '{{count}} gün önce',
    days_other: '{{count}} gün önce',
  },
  {
    now: 'just now',
    minutes_one: '{{count}} minute ago',
    minutes_other: '{{count}} minutes ago',
    hours_one: '{{count}} hour ago',
    hours_other: '{{count}} hours ago',
    yesterday: 'yesterday',
    days_one: '{{count}} day ago',
    days_other: '{{count}} days ago',
  },
)

export function since(at: string | Date, now = new Date()): string {
  const { unit, n, then } = ageOf(at, now)
  switch (unit) {
    case 'now':
    case 'yesterday':
      return texts(unit)
    case 'minutes':
    case 'hours':
    case 'days':
      return texts(unit, { count: n })
    default:
      return dayMonth(then)
  }
}
