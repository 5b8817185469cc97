// The card's next step in words: "Bugün 14.30", "Yarın 10.00", "Sal 15.00", "1 Ara", or how late.
import { clock, dayMonth, daysBetween, weekday } from '@/i18n/format'
import { boardTexts as t } from './texts'

export interface NextStep {
  text: string
  tone: 'overdue' | 'today' | 'later'
}

export function nextStep(due: string, now = new Date()): NextStep {
  const at = new Date(due)
  if (at < now) {
    const days = -daysBetween(now, at)
    return {
      text: days > 0 ? t('overdueDays', { count: days }) : t('overdueToday', { time: clock(at) }),
      tone: 'overdue',
    }
  }
  const days = daysBetween(now, at)
  if (days === 0) return { text: t('today', { time: clock(at) }), tone: 'today' }
  if (days === 1) return { text: t('tomorrow', { time: clock(at) }), tone: 'later' }
  if (days < 7) return { text: `${weekday(at)} ${clock(at)}`, tone: 'later' }
  return { text: dayMonth(at), tone: 'later' }
}

/** "yeni" on the first day, then days. */
export function timeInStage(entered: string, now = new Date()): string {
  const days = Math.floor((now.getTime() - Date.parse(entered)) / 86_400_000)
  return days < 1 ? t('newInStage') : t('daysInStage', { n: days })
}
