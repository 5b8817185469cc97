// Where one writes: Enter sends, Shift and Enter begins a line, an @ finds a colleague. What is not
// sent stays on the disk.
import { AtSign, Check, Pencil, Reply, SendHorizontal, X } from 'lucide-react'
import {
  type KeyboardEvent,
  type RefObject,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import { engine } from '@/live/live'
import { Button, IconButton } from '@/ui/button'
import { Icon } from '@/ui/icon'
import { useMedia } from '@/ui/media'
import type { Message, Quote, Room } from '@/wire/rooms'
import { editMessage, sendMessage } from './commands'
import { editOf, emptyDraft, endEdit, giveBackEdit, keepWords, useDraft, writeEdit } from './drafts'
import { useMentionable } from './members'
import { MentionList, optionId, useMentioning } from './mention-list'
import { mentionAt, mentionsIn, type Named } from './rich'
import { useRoomTexts } from './texts'
import { TypingLine } from './typing'
import { roomName, useChat } from './use-rooms'

const MOST = 8000
const TYPING_EVERY_MS = 3000
const TALLEST_PX = 200

/** Some browsers end a composition before they tell of the key that ended it. */
const COMPOSING = 229

/** What is being written: a new message, or another text for an old one. Both are kept. */
function useWriting(room: string) {
  const draft = useDraft(room)
  const editing = editOf(draft)
  const text = editing ? editing.text : draft.text
  const picked = useRef(new Set(draft.picked))
  const setText = (next: string) =>
    editing
      ? writeEdit(room, next)
      : keepWords(room, { ...draft, text: next, picked: [...picked.current] })
  return { draft, editing, text, setText, picked }
}

export function Composer({
  room,
  messageOf,
  onEditLast,
  onSent,
  field,
}: {
  room: Room
  /** A message as it stands now; undefined where it is not read any more. */
  messageOf: (id: string) => Message | undefined
  onEditLast: () => void
  onSent: () => void
  field: RefObject<HTMLTextAreaElement | null>
}) {
  const t = useRoomTexts()
  const { people, me } = useChat()
  const { draft, editing, text, setText, picked } = useWriting(room.id)
  const [caret, setCaret] = useState(0)
  const typedAt = useRef(0)
  const listId = useId()
  // On glass Enter begins a line, as everywhere on a phone.
  const isGlass = useMedia('(hover: none) and (pointer: coarse)')
  const name = roomName(room, people, me)
  const named = editing ? editing.mentions : draft.picked
  const others = useMentionable(room, mentionAt(text, caret)?.typed, named)
  const mentioning = useMentioning(text, caret, others)
  const isSendable = text.trim() !== ''

  // biome-ignore lint/correctness/useExhaustiveDependencies: the text decides the height
  useLayoutEffect(() => {
    const area = field.current
    if (!area) return
    area.style.height = '0'
    area.style.height = `${Math.min(area.scrollHeight, TALLEST_PX)}px`
  }, [text, field])
  const editedId = editing?.message
  const answered = draft.replyTo?.id
  useEffect(() => {
    if (editedId || answered) field.current?.focus()
  }, [editedId, answered, field])

  const change = (next: string) => {
    setText(next)
    if (!next || editing || Date.now() - typedAt.current < TYPING_EVERY_MS) return
    typedAt.current = Date.now()
    engine.get()?.ephemeral(`room:${room.id}`, 'typing', {})
  }
  const put = (next: string, at: number) => {
    change(next)
    setCaret(at)
    requestAnimationFrame(() => {
      field.current?.focus()
      field.current?.setSelectionRange(at, at)
    })
  }
  const pick = (person: Named) => {
    const at = mentioning.query?.at ?? caret
    const before = `${text.slice(0, at)}@${person.name} `
    // Of two people of one name it is this one.
    if (!editing) picked.current.add(person.id)
    put(before + text.slice(caret), before.length)
  }
  const begin = () => {
    const gap = caret > 0 && !/\s/.test(text[caret - 1] ?? '') ? ' @' : '@'
    put(text.slice(0, caret) + gap + text.slice(caret), caret + gap.length)
  }
  const submit = () => {
    const body = text.trim()
    if (!body) return
    if (editing) {
      const now = messageOf(editing.message)
      const of = now ?? { id: editing.message, text: editing.was, mentions: editing.mentions }
      endEdit(room.id)
      if (body === of.text) return
      const mentions = mentionsIn(body, others, new Set(editing.mentions))
      void editMessage(room.id, of, body, mentions).then(
        // Refused: what was written is given back.
        (taken) => !taken && giveBackEdit(room.id, { ...editing, text: body }),
      )
      return
    }
    const mentions = mentionsIn(body, others, new Set(draft.picked))
    sendMessage(room.id, { text: body, replyTo: draft.replyTo, mentions })
    keepWords(room.id, emptyDraft)
    picked.current.clear()
    typedAt.current = 0
    onSent()
  }
  const stopAnswering = () => keepWords(room.id, { text: draft.text, picked: draft.picked })
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing || event.keyCode === COMPOSING) return
    const { chosen } = mentioning
    if (chosen && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      event.preventDefault()
      mentioning.move(event.key === 'ArrowDown' ? 1 : -1)
    } else if (chosen && (event.key === 'Enter' || event.key === 'Tab') && !event.shiftKey) {
      event.preventDefault()
      pick(chosen)
    } else if (chosen && event.key === 'Escape') {
      event.preventDefault()
      mentioning.close()
    } else if (event.key === 'Enter' && !event.shiftKey && (!isGlass || event.ctrlKey)) {
      event.preventDefault()
      submit()
    } else if (event.key === 'ArrowUp' && text === '' && !editing) {
      event.preventDefault()
      onEditLast()
    } else if (event.key === 'Escape' && editing) {
      event.preventDefault()
      endEdit(room.id)
    } else if (event.key === 'Escape' && draft.replyTo) {
      event.preventDefault()
      stopAnswering()
    } else if (event.key === 'Escape') field.current?.blur()
  }
  return (
    <div className="room-composer" data-editing={editing !== undefined || undefined}>
      <MentionList id={listId} mentioning={mentioning} onPick={pick} />
      <TypingLine room={room.id} />
      {editing ? (
        <About
          icon={Pencil}
          title={t('editing')}
          text={messageOf(editing.message)?.text ?? editing.was}
          onStop={() => endEdit(room.id)}
        />
      ) : (
        draft.replyTo && (
          <Answering
            quote={draft.replyTo}
            name={people.of(draft.replyTo.by).name}
            onStop={stopAnswering}
          />
        )
      )}
      <textarea
        ref={field}
        rows={1}
        value={text}
        maxLength={MOST}
        aria-label={t('writeTo', { name })}
        placeholder={t('write')}
        aria-autocomplete="list"
        aria-haspopup="listbox"
        {...(mentioning.chosen
          ? { 'aria-controls': listId, 'aria-activedescendant': optionId(mentioning.chosen.id) }
          : {})}
        onChange={(event) => {
          change(event.target.value)
          setCaret(event.target.selectionStart)
        }}
        onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
        onKeyDown={onKeyDown}
      />
      <div className="row">
        {room.kind !== 'direct' && (
          <IconButton icon={AtSign} label={t('mention')} small onPress={begin} />
        )}
        <span className="sp" />
        <span className="t3 sm line-hint" aria-hidden="true">
          {t('newLineHint')}
        </span>
        <Button small tone="primary" isDisabled={!isSendable} onPress={submit}>
          {t(editing ? 'save' : 'send')}
          <Icon of={editing ? Check : SendHorizontal} size="s" />
        </Button>
      </div>
    </div>
  )
}

function About({
  icon,
  title,
  text,
  onStop,
}: {
  icon: typeof Pencil
  title: string
  text: string
  onStop: () => void
}) {
  const t = useRoomTexts()
  return (
    <div className="about">
      <Icon of={icon} size="s" />
      <span className="el">
        <b>{title}</b> <span className="t2">{text}</span>
      </span>
      <span className="sp" />
      <IconButton icon={X} label={t('stop')} small onPress={onStop} />
    </div>
  )
}

function Answering({ quote, name, onStop }: { quote: Quote; name: string; onStop: () => void }) {
  const t = useRoomTexts()
  return <About icon={Reply} title={t('replyTo', { name })} text={quote.text} onStop={onStop} />
}
