// The divider under the top bar: one tick per second in which something happened.
import { useEffect, useState } from 'react'
import { useObservable } from '@/live/observable'
import { liveStatus, pulseTicks } from '@/live/status'
import { useShellTexts } from './texts'

const heightOf = (count: number): number => Math.min(14, 2 + Math.round(Math.log2(count + 1) * 3))

export function PulseLine() {
  const t = useShellTexts()
  const ticks = useObservable(pulseTicks)
  const { phase } = useObservable(liveStatus)
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    // The line moves on once a second, and only while there is something on it.
    if (ticks.length === 0) return
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [ticks])
  const seen = ticks.filter(([second]) => second * 1000 > now - 60_000)
  const total = seen.reduce((sum, [, count]) => sum + count, 0)
  return (
    <div
      className="pl"
      role="img"
      aria-label={phase === 'down' ? t('pulseDown') : t('pulse', { count: total })}
    >
      {seen.map(([second, count]) => {
        const age = (now - second * 1000) / 1000
        const tone = age < 8 ? 'r0' : age < 20 ? 'r1' : undefined
        return (
          <i
            key={second}
            className={tone}
            style={{ right: `calc(20px + (100% - 24px) * ${age / 60})`, height: heightOf(count) }}
          />
        )
      })}
      <span className="now" />
    </div>
  )
}
