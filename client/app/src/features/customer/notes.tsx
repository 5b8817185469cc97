// Notes: written at the top, kept in order, edited and removed in place. A draft outlives the page.
import { EllipsisVertical, Pencil, Trash2 } from 'lucide-react'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { ago } from '@/i18n/ago'
import { useCommonTexts } from '@/i18n/common'
import { dateTime } from '@/i18n/format'
import { perform } from '@/live/live'
import { offerUndo } from '@/live/undo'
import { Avatar } from '@/ui/avatar'
import { Button, IconButton } from '@/ui/button'
import { MenuButton, MenuItem } from '@/ui/menu'
import { EmptyState } from '@/ui/states'
import type { Note } from '@/wire/records'
import { useCustomer } from './live'
import { useCustomerTexts } from './texts'

const MOST = 10_000
const draftKey = (customer: string) => `nabiz.note.${customer}`

function keptDraft(customer: string): string {
  try {
    return sessionStorage.getItem(draftKey(customer)) ?? ''
  } catch {
    return ''
  }
}
function keepDraft(customer: string, text: string): void {
  try {
    if (text) sessionStorage.setItem(draftKey(customer), text)
    else sessionStorage.removeItem(draftKey(customer))
  } catch {
    // Not kept; the field still holds it.
  }
}

export function NoteComposer({ focusOn }: { focusOn: number }) {
  const t = useCustomerTexts()
  const { customer, topic, typing } = useCustomer()
  const [text, setText] = useState(() => keptDraft(customer.id))
  const field = useRef<HTMLTextAreaElement>(null)
  const typedAt = useRef(0)
  useEffect(() => {
    if (focusOn > 0) field.current?.focus()
  }, [focusOn])

  const change = (next: string) => {
    setText(next)
    keepDraft(customer.id, next)
    if (Date.now() - typedAt.current > 3000) {
      typedAt.current = Date.now()
      typing('note')
    }
  }
  const add = () => {
    const body = text.trim()
    if (!body) return
    change('')
    void perform({ topic, op: 'note.add', d: { body }, label: t('noteLabel') }).then((done) => {
      // Refused: what was written is given back.
      if (!done) change(body)
    })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      add()
    }
    if (event.key === 'Escape') field.current?.blur()
  }
  return (
    <div className="composer">
      <textarea
        ref={field}
        aria-label={t('noteLabel')}
        placeholder={t('noteHolder')}
        rows={2}
        value={text}
        maxLength={MOST}
        onChange={(event) => change(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <div className="row">
        <span className="sp" />
        <kbd aria-hidden="true">{t('sendHint')}</kbd>
        <Button small tone="primary" isDisabled={!text.trim()} onPress={add}>
          {t('noteAdd')}
        </Button>
      </div>
    </div>
  )
}

function NoteBody({
  note,
  text: first,
  onDone,
}: {
  note: Note
  text: string
  /** With a text when it was refused: what was written is given back. */
  onDone: (text?: string) => void
}) {
  const t = useCustomerTexts()
  const c = useCommonTexts()
  const { topic } = useCustomer()
  const [text, setText] = useState(first)
  const save = () => {
    const body = text.trim()
    onDone()
    if (!body || body === note.body) return
    const d = { note: note.id, body }
    void perform({ topic, op: 'note.edit', d, label: t('noteEdit') }).then((done) => {
      if (!done) onDone(body)
    })
  }
  return (
    <div className="composer">
      <textarea
        aria-label={t('noteEdit')}
        rows={3}
        value={text}
        maxLength={MOST}
        // biome-ignore lint/a11y/noAutofocus: the person has just asked to edit this
        autoFocus
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onDone()
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) save()
        }}
      />
      <div className="row">
        <span className="sp" />
        <Button small tone="quiet" onPress={() => onDone()}>
          {c('cancel')}
        </Button>
        <Button small onPress={save}>
          {c('save')}
        </Button>
      </div>
    </div>
  )
}

export function useNoteRemoval() {
  const t = useCustomerTexts()
  const { topic } = useCustomer()
  return (note: Note) => {
    const given = perform({
      topic,
      op: 'note.remove',
      d: { note: note.id },
      label: t('noteRemove'),
    })
    const back = { topic, op: 'note.add', d: { body: note.body }, label: t('noteLabel') }
    offerUndo({ text: t('noteRemoved'), inverse: () => [back] }, { given })
  }
}

function NoteCard({ note }: { note: Note }) {
  const t = useCustomerTexts()
  const { people, me, canEdit } = useCustomer()
  const remove = useNoteRemoval()
  const [editing, setEditing] = useState<string>()
  // A note of mine that the server has not answered yet has no author.
  const author = people.of(note.by ?? me)
  if (editing !== undefined) return <NoteBody note={note} text={editing} onDone={setEditing} />
  return (
    <article className="note" aria-label={`${t('note')}: ${author.name}`}>
      <header>
        <Avatar person={author} />
        <span className="el">{author.name}</span>
        <time className="t3 sm" title={dateTime(new Date(note.created_at))}>
          {note.by ? ago(note.created_at) : t('noteSending')}
          {note.edited_at && ` · ${t('noteEdited')}`}
        </time>
        <span className="sp" />
        {canEdit && note.by && (
          <MenuButton
            label={t('more')}
            placement="bottom end"
            button={<IconButton icon={EllipsisVertical} label={t('more')} small />}
          >
            <MenuItem icon={Pencil} onAction={() => setEditing(note.body)}>
              {t('noteEdit')}
            </MenuItem>
            <MenuItem icon={Trash2} danger onAction={() => remove(note)}>
              {t('noteRemove')}
            </MenuItem>
          </MenuButton>
        )}
      </header>
      <p>{note.body}</p>
    </article>
  )
}

export function Notes({ notes, focusOn }: { notes: readonly Note[]; focusOn: number }) {
  const t = useCustomerTexts()
  const { canEdit, writer } = useCustomer()
  const sorted = [...notes].sort((a, b) => b.created_at.localeCompare(a.created_at))
  const name = writer('note')
  return (
    <>
      {canEdit && <NoteComposer focusOn={focusOn} />}
      {name && <p className="held">{t('typingHere', { name })}</p>}
      {sorted.length === 0 ? (
        <EmptyState title={t('noNotes')}>{t('noNotesBody')}</EmptyState>
      ) : (
        sorted.map((note) => <NoteCard key={note.id} note={note} />)
      )}
    </>
  )
}
