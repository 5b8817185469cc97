// Tags of the selected cards: known ones to toggle, a new one to type.
import { useMemo, useState } from 'react'
import { compareNames } from '@/i18n/fold'
import { Button } from '@/ui/button'
import { Dialog } from '@/ui/dialog'
import { TextField } from '@/ui/field'
import type { Card } from '@/wire/records'
import { toggleTag } from './actions'
import type { BoardControl } from './control'
import { useBoardTexts } from './texts'

export function TagDialog({
  control,
  ids,
  onClose,
}: {
  control: BoardControl
  ids: readonly string[]
  onClose: () => void
}) {
  const t = useBoardTexts()
  const [name, setName] = useState('')
  const known = useMemo(() => {
    const tags = new Set<string>()
    for (const card of control.source.list<Card>('cards'))
      for (const tag of card.tags) tags.add(tag)
    return [...tags].sort(compareNames)
  }, [control])
  const onAll = (tag: string) => ids.every((id) => control.card(id)?.tags.includes(tag))
  const apply = (tag: string) => {
    const clean = tag.trim()
    if (clean) toggleTag(control, ids, clean)
    onClose()
  }
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t('tagTitle', { cards: t('cards', { count: ids.length }) })}
      onSubmit={() => apply(name)}
      footer={
        <Button tone="primary" type="submit" isDisabled={!name.trim()}>
          {t('addTag')}
        </Button>
      }
    >
      <TextField label={t('newTag')} value={name} onChange={setName} autoFocus maxLength={40} />
      {known.length > 0 && (
        <div className="swatches">
          {known.map((tag) => (
            <button
              type="button"
              key={tag}
              className="board-pick"
              aria-pressed={onAll(tag)}
              onClick={() => apply(tag)}
            >
              {tag}
            </button>
          ))}
        </div>
      )}
    </Dialog>
  )
}
