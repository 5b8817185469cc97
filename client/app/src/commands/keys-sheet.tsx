// All keys of this moment: what the screen offers, the ways around, and a switch for plain keys.
import './commands.css'
import { useState } from 'react'
import { useObservable } from '@/live/observable'
import { Sheet } from '@/ui/dialog'
import { Checkbox } from '@/ui/field'
import { Keys } from './key-caps'
import { plainKeys, setPlainKeys } from './listen'
import { closeCommands } from './open'
import { commandGroups, keysOf } from './registry'
import { useCommandTexts } from './texts'

export default function KeysSheet() {
  const t = useCommandTexts()
  const [groups] = useState(commandGroups)
  const isOn = useObservable(plainKeys)
  const around: [string, string[]][] = [
    [t('move'), ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight']],
    [t('extend'), ['shift+ArrowUp', 'shift+ArrowDown']],
    [t('closeOrClear'), ['Escape']],
  ]
  const listed = groups
    .map(({ title, commands }) => ({
      title,
      rows: commands
        .map((c) => [c.title, [...keysOf(c), ...(c.hint ? [c.hint] : [])]] as const)
        .filter(([, keys]) => keys.length > 0),
    }))
    .filter(({ rows }) => rows.length > 0)
  return (
    <Sheet isOpen onClose={closeCommands} title={t('keys')}>
      <Checkbox label={t('plainKeys')} isSelected={isOn} onChange={setPlainKeys} />
      <p className="t3 sm">{t('keysHint')}</p>
      {[...listed, { title: t('inLists'), rows: around }].map(({ title, rows }) => (
        <section key={title} className="keys-part">
          <h3>{title}</h3>
          <dl>
            {rows.map(([name, keys]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>
                  {keys.map((key) => (
                    <Keys key={key} of={key} />
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Sheet>
  )
}
