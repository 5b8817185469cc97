// What is left of the day in which it can be taken back; drawn again when the words change.
import { useEffect, useState } from 'react'
import type { Offboarding } from '@/wire/leaving'
import { timeLeft } from './left'
import { useOffboardingTexts } from './texts'

export function useNow(item: Offboarding): number {
  const [now, setNow] = useState(() => Date.now())
  const next = timeLeft(item.revertible_until, now)?.next
  useEffect(() => {
    if (next === undefined) return
    const timer = setTimeout(() => setNow(Date.now()), Math.min(next, 60_000) + 20)
    return () => clearTimeout(timer)
  }, [next])
  return now
}

export function Countdown({ item, now }: { item: Offboarding; now: number }) {
  const t = useOffboardingTexts()
  const left = timeLeft(item.revertible_until, now)
  return (
    <span className="sm t3 num" role="timer">
      {!left
        ? t('revertOver')
        : left.hours > 0
          ? t('revertLeft', { hours: left.hours, minutes: left.minutes })
          : t('revertLeftShort', { minutes: left.minutes })}
    </span>
  )
}
