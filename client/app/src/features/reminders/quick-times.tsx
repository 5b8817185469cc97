// The times people choose most, as chips under a time field.
import { useState } from 'react'
import { useReminderTexts } from './texts'
import { quickTimes } from './times'

export function QuickTimes({
  value,
  onPick,
}: {
  value: Date | undefined
  onPick: (at: Date) => void
}) {
  const t = useReminderTexts()
  // The chips must not move while somebody chooses.
  const [choices] = useState(() => quickTimes(new Date()))
  return (
    <div className="wrap-chips" role="group" aria-label={t('due')}>
      {choices.map(({ id, at }) => {
        const isOn = value?.getTime() === at.getTime()
        return (
          <button
            key={id}
            type="button"
            className={isOn ? 'fchip on' : 'fchip'}
            aria-pressed={isOn}
            onClick={() => onPick(at)}
          >
            {t(`quick.${id}`)}
          </button>
        )
      })}
    </div>
  )
}
