// One room: its thread and the field below, and what ties them together.
import { useNavigate } from '@tanstack/react-router'
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useRow, useTopic, useTopicEvents, useTopicStatus } from '@/live/hooks'
import { engine } from '@/live/live'
import { announce } from '@/ui/announce'
import { Button } from '@/ui/button'
import { EmptyState, Skeleton } from '@/ui/states'
import { toast } from '@/ui/toasts'
import type { Ev } from '@/wire/frames'
import type { Message, Room } from '@/wire/rooms'
import { useHeld, useReading } from './attention'
import {
  deleteMessage,
  discardMessage,
  joinRoom,
  markUnread,
  react,
  restoreRoom,
  retryMessage,
} from './commands'
import { Composer } from './composer'
import { beginEdit, drafts, editOf, emptyDraft, endEdit, keepWords } from './drafts'
import { EmojiPicker } from './emoji-picker'
import { useFailed } from './failed'
import { useHistory } from './history'
import { HistoryDialog } from './history-dialog'
import { MessageMenu, type Opened } from './message-menu'
import { quoteOf, SELF } from './model'
import { useNewFrom } from './new-from'
import { useChatSearch } from './search'
import { useLines } from './system-line'
import type { Talk } from './talk'
import { useRoomTexts } from './texts'
import { type Target, Thread } from './thread'
import { rowsOf } from './thread-rows'
import { roomName, useChat, useMyRoom } from './use-rooms'

/** What others say while one looks is said to who cannot see it. */
function useSpoken(room: string): void {
  const { people, me } = useChat()
  const t = useRoomTexts()
  const line = useLines()
  const listener = useCallback(
    (ev: Ev) => {
      const { message } = ev.d as { message?: Message }
      if (ev.op !== 'message.sent' || !message || document.hidden) return
      const { by, text } = message
      if (by !== me) announce(line(message) ?? t('saidBy', { name: people.of(by).name, text }))
    },
    [people, me, t, line],
  )
  useTopicEvents(`room:${room}`, listener)
}

export function RoomView({ id }: { id: string }) {
  const t = useRoomTexts()
  const navigate = useNavigate()
  const { at } = useChatSearch()
  const { people, me, canManage } = useChat()
  const topic = useTopic(`room:${id}`)
  const status = useTopicStatus(topic)
  const room = useRow<Room>(topic, 'room', SELF)
  const listed = useMyRoom(id)
  const mine = listed?.mine ?? room?.mine ?? undefined
  const history = useHistory(id, topic)
  const failed = useFailed().get(id)
  const { newFrom, setNewFrom, isSettled } = useNewFrom(id, mine, me)
  const [seen, setSeen] = useState(0)
  const [sent, setSent] = useState(0)
  const [target, setTarget] = useState<Target>()
  const [opened, setOpened] = useState<Opened>()
  const field = useRef<HTMLTextAreaElement>(null)
  // That somebody came or went is nothing to read.
  const said = history.messages.findLast((each) => each.kind === 'text')?.n ?? 0
  const { isHeld, hold, release } = useHeld(isSettled ? mine?.read : undefined, said, (read) =>
    setNewFrom(read + 1),
  )
  useSpoken(id)
  useReading(id, seen, mine?.read, isHeld || !isSettled)

  useEffect(() => {
    if (status === 'ready') engine.get()?.ephemeral(`room:${id}`, 'viewing', {})
  }, [status, id])

  const { show } = history
  const jump = useCallback(
    (n: number) => {
      show(n)
      setTarget((now) => ({ n, asked: (now?.asked ?? 0) + 1 }))
    },
    [show],
  )
  const isReady = room !== undefined
  // biome-ignore lint/correctness/useExhaustiveDependencies: the address names the place
  useEffect(() => {
    if (isReady && at !== undefined) jump(at)
  }, [at, isReady])

  const canWrite = mine !== undefined && !room?.archived_at
  const members = room?.members
  const isShared = room?.kind !== 'direct'
  // a channel does not tell who reads it
  const isOpen = room?.kind === 'channel'
  const talk = useMemo(
    (): Talk => ({
      people,
      me,
      isShared,
      canWrite,
      seenBy: (n) =>
        (members ?? [])
          .filter((member) => !isOpen && member.user_id !== me && member.read >= n)
          .map((member) => people.of(member.user_id).name),
      reply: (message) => {
        const edit = editOf(drafts.get()[id] ?? emptyDraft)
        if (edit?.text === edit?.was) endEdit(id)
        keepWords(id, { ...(drafts.get()[id] ?? emptyDraft), replyTo: quoteOf(message) })
        field.current?.focus()
      },
      react: (message, emoji, on) => react(id, message.id, emoji, on),
      jump,
      openMenu: (message, anchor) => setOpened({ what: 'menu', message, anchor }),
      openEmojis: (message, anchor) =>
        // The menu that asked for it must be gone first.
        setTimeout(() => setOpened({ what: 'emojis', message, anchor })),
      retry: (row) => retryMessage(row.id),
      takeBack: (row) => {
        const draft = drafts.get()[id] ?? emptyDraft
        const text = [draft.text, row.d.text as string].filter(Boolean).join('\n')
        keepWords(id, { ...draft, text })
        discardMessage(row.id)
        field.current?.focus()
      },
      discard: (row) => discardMessage(row.id),
    }),
    [people, me, isShared, isOpen, canWrite, members, id, jump],
  )
  const rows = useMemo(
    () => rowsOf(history.messages, history.hasNewer ? [] : (failed ?? []), me, newFrom),
    [history.messages, history.hasNewer, failed, me, newFrom],
  )
  const messageOf = (of: string) => history.messages.find((each) => each.id === of)
  const edit = (message: Message) => beginEdit(id, messageOf(message.id) ?? message)
  const remove = (message: Message) => deleteMessage(id, message)
  const unread = (message: Message) => {
    hold()
    setNewFrom(message.n)
    markUnread(id, message.n)
    toast(t('markedUnread'), { key: 'unread' })
  }
  const canModerate = canManage && room?.kind === 'channel'
  const onKey = (event: KeyboardEvent, message: Message, anchor: Element) => {
    const isMine = message.by === me
    const isThere = !message.deleted_at
    const can = canWrite && isThere
    const keys: Record<string, (() => void) | false> = {
      Enter: () => talk.openMenu(message, anchor),
      ContextMenu: () => talk.openMenu(message, anchor),
      r: can && (() => talk.reply(message)),
      '+': can && (() => setOpened({ what: 'emojis', message, anchor })),
      e: can && isMine && (() => edit(message)),
      u: mine !== undefined && (() => unread(message)),
      Delete: can && (isMine || canModerate) && (() => remove(message)),
      Escape: () => field.current?.focus(),
    }
    const key = event.shiftKey && event.key === 'F10' ? 'ContextMenu' : event.key
    const run = event.ctrlKey || event.metaKey ? undefined : keys[key]
    if (!run) return
    event.preventDefault()
    event.stopPropagation()
    run()
  }

  if (status === 'failed' || (room && room.kind !== 'channel' && !mine))
    return <EmptyState title={t('gone')}>{t('goneBody')}</EmptyState>
  if (!room) return <ThreadSkeleton />
  const close = () => setOpened(undefined)
  return (
    <>
      {rows.length === 0 && room.last === 0 ? (
        <EmptyState title={t('nothingSaid')}>{room.purpose}</EmptyState>
      ) : rows.length === 0 ? (
        <ThreadSkeleton />
      ) : (
        <Thread
          name={roomName(room, people, me)}
          rows={rows}
          last={room.last}
          history={history}
          talk={talk}
          newFrom={newFrom}
          target={target}
          sent={sent}
          onSeen={setSeen}
          onKey={onKey}
          onLatest={() => {
            release()
            show(null)
            if (at !== undefined)
              void navigate({ to: '/chat/$room', params: { room: id }, search: {}, replace: true })
          }}
        />
      )}
      {room.archived_at ? (
        <div className="room-foot">
          <span className="t2">{t('isArchived')}</span>
          {mine && <Button onPress={() => restoreRoom(room)}>{t('restore')}</Button>}
        </div>
      ) : mine ? (
        <Composer
          room={room}
          messageOf={messageOf}
          onEditLast={() => {
            const mine = history.messages.findLast(
              (each) => each.by === me && !each.deleted_at && each.kind === 'text',
            )
            if (mine) edit(mine)
          }}
          onSent={() => {
            setNewFrom(null)
            release()
            show(null)
            setSent((now) => now + 1)
          }}
          field={field}
        />
      ) : (
        room.kind === 'channel' && (
          <div className="room-foot">
            <span className="t2">{t('notJoined')}</span>
            <Button tone="primary" onPress={() => void joinRoom(room)}>
              {t('join')}
            </Button>
          </div>
        )
      )}
      {opened?.what === 'menu' && (
        <MessageMenu
          opened={opened}
          talk={talk}
          canModerate={canModerate}
          onClose={() => setOpened((now) => (now?.what === 'menu' ? undefined : now))}
          onEdit={(message) => setTimeout(() => edit(message))}
          onDelete={remove}
          onUnread={mine && unread}
          onHistory={(message) =>
            setTimeout(() => setOpened({ what: 'history', message, anchor: null }))
          }
        />
      )}
      {opened?.what === 'emojis' && (
        <EmojiPicker
          anchor={opened.anchor}
          onClose={close}
          onPick={(emoji) => {
            const message = messageOf(opened.message.id) ?? opened.message
            const given = message.reactions.find((each) => each.emoji === emoji)
            react(id, message.id, emoji, !given?.by.includes(me))
          }}
        />
      )}
      {opened?.what === 'history' && <HistoryDialog message={opened.message} onClose={close} />}
    </>
  )
}

export function ThreadSkeleton() {
  return (
    <div className="thread thread-skel">
      {[46, 60, 38, 54].map((width, i) => (
        <div key={width} className={i % 2 ? 'out' : ''}>
          <Skeleton width={`${width}%`} height={44} />
        </div>
      ))}
    </div>
  )
}
