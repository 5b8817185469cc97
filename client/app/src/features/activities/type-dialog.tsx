// Make or change an activity type: name, picture, colour.
import { useState } from 'react'
import { Dialog, FormButtons } from '@/ui/dialog'
import { TextField } from '@/ui/field'
import { Icon } from '@/ui/icon'
import type { ActivityType } from '@/wire/work'
import { useFormCommand } from './form-command'
import { useIconTexts } from './icon-texts'
import { useActivityTexts } from './texts'
import { iconNames, iconOf } from './types'

const colours = [1, 2, 3, 4, 5, 6, 7, 8]

export function TypeDialog({
  type,
  onClose,
}: {
  type?: ActivityType | undefined
  onClose: () => void
}) {
  const t = useActivityTexts()
  const picture = useIconTexts()
  const [name, setName] = useState(type?.name ?? '')
  const [icon, setIcon] = useState<string>(type?.icon ?? iconNames[0] ?? '')
  const [colour, setColour] = useState(type?.colour ?? 1)
  const command = useFormCommand(['name'], onClose)
  const clean = name.trim()
  const save = () => {
    if (!clean) return
    const d = { name: clean, icon, colour }
    void command.submit({
      topic: 'tenant',
      op: type ? 'activity_type.update' : 'activity_type.create',
      d: type ? { activity_type: type.id, ...d } : d,
      label: clean,
    })
  }
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t(type ? 'editType' : 'newType')}
      onSubmit={save}
      footer={<FormButtons onCancel={onClose} isDisabled={!clean} isPending={command.isPending} />}
    >
      <TextField
        label={t('typeName')}
        value={name}
        onChange={setName}
        error={command.fields.name}
        autoFocus
        maxLength={100}
      />
      <div className="field">
        <span className="lbl" id="type-icon">
          {t('icon')}
        </span>
        <div className="wrap-chips" role="radiogroup" aria-labelledby="type-icon">
          {iconNames.map((each) => (
            <button
              key={each}
              type="button"
              role="radio"
              className={icon === each ? 'fchip on' : 'fchip'}
              aria-checked={icon === each}
              aria-label={picture(each)}
              onClick={() => setIcon(each)}
            >
              <Icon of={iconOf(each)} />
            </button>
          ))}
        </div>
      </div>
      <div className="field">
        <span className="lbl" id="type-colour">
          {t('colour')}
        </span>
        <div className="wrap-chips" role="radiogroup" aria-labelledby="type-colour">
          {colours.map((n) => (
            <button
              key={n}
              type="button"
              role="radio"
              className={colour === n ? 'fchip on' : 'fchip'}
              aria-checked={colour === n}
              aria-label={t('colourNumber', { n })}
              onClick={() => setColour(n)}
            >
              <span style={{ color: `var(--stage-${n})` }}>
                <Icon of={iconOf(icon)} />
              </span>
            </button>
          ))}
        </div>
      </div>
      {command.whole && (
        <p className="ferr" role="alert">
          {command.whole}
        </p>
      )}
    </Dialog>
  )
}
