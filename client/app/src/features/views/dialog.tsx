// A view's name, and for a new one who has it.
import { useState } from 'react'
import { CommandError } from '@/live/engine'
import { errorText } from '@/session/errors'
import { Button } from '@/ui/button'
import { Dialog } from '@/ui/dialog'
import { Checkbox, TextField } from '@/ui/field'
import { refusalOf, renameView, saveView } from './commands'
import type { View, ViewQuery, ViewScreen } from './model'
import { useViewsTexts } from './texts'

export function ViewDialog({
  view,
  draft,
  mayShare,
  onSaved,
  onClose,
}: {
  /** To be renamed; without one the draft is saved. */
  view?: View
  draft: { screen: ViewScreen; query: ViewQuery }
  mayShare: boolean
  onSaved: (id: string) => void
  onClose: () => void
}) {
  const t = useViewsTexts()
  const [name, setName] = useState(view?.name ?? '')
  const [shared, setShared] = useState(false)
  const [error, setError] = useState<string>()
  const [saving, setSaving] = useState(false)

  const submit = async () => {
    const text = name.trim()
    if (saving) return
    if (!text) return setError(errorText('required'))
    setSaving(true)
    setError(undefined)
    try {
      if (view) await renameView(view, text)
      else onSaved(await saveView({ ...draft, name: text, shared }))
      onClose()
    } catch (refused) {
      setSaving(false)
      if (!(refused instanceof CommandError)) throw refused
      setError(refusalOf(refused))
    }
  }
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={view ? t('renameTitle') : t('saveTitle')}
      onSubmit={() => void submit()}
      footer={
        <Button type="submit" tone="primary" isPending={saving}>
          {t('saveAction')}
        </Button>
      }
    >
      <TextField
        label={t('name')}
        value={name}
        onChange={setName}
        error={error}
        maxLength={80}
        autoFocus
        isRequired
      />
      {!view && mayShare && (
        <div className="view-share">
          <Checkbox label={t('share')} isSelected={shared} onChange={setShared} />
          <p className="hint">{t('shareHint')}</p>
        </div>
      )}
    </Dialog>
  )
}
