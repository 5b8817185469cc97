// One message: who and when, what it answers, its words, reactions, and whether it has arrived.
import {
  Check,
  CheckCheck,
  Clock3,
  EllipsisVertical,
  Reply,
  SmilePlus,
  TriangleAlert,
} from 'lucide-react'
import { type MouseEvent, memo, type PointerEvent, useRef } from 'react'
import { clock, dateTime } from '@/i18n/format'
import { errorText } from '@/session/errors'
import { Avatar } from '@/ui/avatar'
import { Icon } from '@/ui/icon'
import { emojis } from './emojis'
import { RichText } from './rich-text'
import { useLines } from './system-line'
import type { Talk } from './talk'
import { useRoomTexts } from './texts'
import type { Row } from './thread-rows'

const HOLD_MS = 450
const SLIP_PX = 8

/** A finger that rests on a message asks for its menu. */
function useHold(run: (anchor: Element) => void) {
  const held = useRef<{ timer: ReturnType<typeof setTimeout>; x: number; y: number }>(undefined)
  const stop = () => {
    clearTimeout(held.current?.timer)
    held.current = undefined
  }
  return {
    onPointerDown(event: PointerEvent<HTMLElement>) {
      if (event.pointerType !== 'touch') return
      const anchor = event.currentTarget
      stop()
      const timer = setTimeout(() => run(anchor), HOLD_MS)
      held.current = { timer, x: event.clientX, y: event.clientY }
    },
    onPointerMove(event: PointerEvent<HTMLElement>) {
      const from = held.current
      if (from && Math.hypot(event.clientX - from.x, event.clientY - from.y) > SLIP_PX) stop()
    },
    onPointerUp: stop,
    onPointerCancel: stop,
    onContextMenu(event: MouseEvent<HTMLElement>) {
      // An address keeps the browser's own menu.
      if ((event.target as Element).closest('a')) return
      event.preventDefault()
      stop()
      run(event.currentTarget)
    },
  }
}

function Reactions({ row, talk }: { row: Row; talk: Talk }) {
  const t = useRoomTexts()
  const { message } = row
  if (message.reactions.length === 0) return null
  return (
    <div className="reactions" role="group" aria-label={t('reactions')}>
      {message.reactions.map(({ emoji, by, count }) => {
        const isMine = by.includes(talk.me)
        const names = by
          .map((id) => (id === talk.me ? t('you') : talk.people.of(id).name))
          .join(', ')
        const word = emojis.find(([each]) => each === emoji)?.[1]
        return (
          <button
            key={emoji}
            type="button"
            className="reaction"
            aria-pressed={isMine}
            disabled={!talk.canWrite}
            title={names}
            onClick={() => talk.react(message, emoji, !isMine)}
          >
            <span aria-hidden="true">{emoji}</span>
            <span aria-hidden="true">{count}</span>
            <span className="vh">
              {t('reactionBy', { emoji: word ? t(`emoji.${word}`) : emoji, names })}
            </span>
          </button>
        )
      })}
    </div>
  )
}

/** Sent, seen, on its way. */
function Arrival({ row, talk }: { row: Row; talk: Talk }) {
  const t = useRoomTexts()
  const { message } = row
  if (message.sending)
    return (
      <span role="img" aria-label={t('sending')} title={t('sending')}>
        <Icon of={Clock3} size="s" />
      </span>
    )
  const seen = talk.seenBy(message.n)
  const label = seen.length > 0 ? t('seenBy', { names: seen.join(', ') }) : t('sent')
  return (
    <span className={seen.length > 0 ? 'is-seen' : ''} role="img" aria-label={label} title={label}>
      <Icon of={seen.length > 0 ? CheckCheck : Check} size="s" />
    </span>
  )
}

function Refused({ row, talk }: { row: Row; talk: Talk }) {
  const t = useRoomTexts()
  const { failed } = row
  if (!failed) return null
  const { code, message } = failed.error ?? { code: 'failed', message: '' }
  return (
    <p className="refused">
      <Icon of={TriangleAlert} size="s" />
      <span>
        {t('failed')}: {code === 'archived' ? t('isArchived') : errorText(code, message)}
      </span>
      <button type="button" onClick={() => talk.retry(failed)}>
        {t('retry')}
      </button>
      <button type="button" onClick={() => talk.takeBack(failed)}>
        {t('takeBack')}
      </button>
      <button type="button" onClick={() => talk.discard(failed)}>
        {t('discard')}
      </button>
    </p>
  )
}

function QuoteOf({ row, talk }: { row: Row; talk: Talk }) {
  const t = useRoomTexts()
  const quote = row.message.reply_to
  if (!quote) return null
  const name = quote.by ? talk.people.of(quote.by).name : ''
  return (
    <button type="button" className="quote" onClick={() => talk.jump(quote.n)}>
      <span className="vh">{t('toQuoted')}</span>
      <b className="el">{name}</b>
      <span className="el">{quote.deleted ? t('deletedLine') : quote.text}</span>
    </button>
  )
}

/** What a mouse finds beside a message; keys and fingers open the menu. */
function Tools({ row, talk }: { row: Row; talk: Talk }) {
  const t = useRoomTexts()
  const anchor = (event: MouseEvent) =>
    (event.currentTarget as Element).closest('.said')?.querySelector('.bubble') ?? null
  const { message } = row
  return (
    <span className="tools" aria-hidden="true">
      {talk.canWrite && !message.deleted_at && (
        <>
          <button
            type="button"
            tabIndex={-1}
            title={t('react')}
            onClick={(event) => talk.openEmojis(message, anchor(event))}
          >
            <Icon of={SmilePlus} />
          </button>
          <button
            type="button"
            tabIndex={-1}
            title={t('reply')}
            onClick={() => talk.reply(message)}
          >
            <Icon of={Reply} />
          </button>
        </>
      )}
      <button
        type="button"
        tabIndex={-1}
        title={t('messageActions')}
        onClick={(event) => talk.openMenu(message, anchor(event))}
      >
        <Icon of={EllipsisVertical} />
      </button>
    </span>
  )
}

export const Bubble = memo(function Bubble({
  row,
  talk,
  isCurrent,
  freshness,
}: {
  row: Row
  talk: Talk
  /** The one that the tab key comes to. */
  isCurrent: boolean
  freshness: '' | ' f0' | ' f1'
}) {
  const t = useRoomTexts()
  const { message, failed } = row
  const line = useLines()(message)
  const hold = useHold((anchor) => !failed && talk.openMenu(message, anchor))
  const author = talk.people.of(message.by)
  const isMine = author.id === talk.me
  const at = new Date(message.created_at)
  if (line !== undefined) return <p className="system">{line}</p>
  const shape = `${isMine ? ' out' : ''}${row.isFirst ? ' first' : ''}${failed ? ' bad' : ''}`
  return (
    <div className={`said${shape}`}>
      {!isMine && talk.isShared && (
        <span className="face">{row.isFirst && <Avatar person={author} size="m" />}</span>
      )}
      <article
        className={`bubble${freshness}`}
        data-message={message.id}
        data-n={message.n}
        tabIndex={isCurrent ? 0 : -1}
        aria-label={t('said', { name: isMine ? t('you') : author.name, time: dateTime(at) })}
        {...hold}
      >
        {!isMine && talk.isShared && row.isFirst && <b className="author">{author.name}</b>}
        <QuoteOf row={row} talk={talk} />
        {message.deleted_at ? (
          <p className="words t3">
            <i>{t('deletedLine')}</i>
          </p>
        ) : (
          <p className="words">
            <RichText
              text={message.text}
              mentions={message.mentions}
              people={talk.people}
              me={talk.me}
            />
          </p>
        )}
        <Reactions row={row} talk={talk} />
        {failed ? (
          <Refused row={row} talk={talk} />
        ) : (
          <span className="when">
            {message.edited_at && !message.deleted_at && <span>{t('isEdited')}</span>}
            <time dateTime={message.created_at} title={dateTime(at)}>
              {clock(at)}
            </time>
            {isMine && !message.deleted_at && <Arrival row={row} talk={talk} />}
          </span>
        )}
      </article>
      {!failed && <Tools row={row} talk={talk} />}
    </div>
  )
})
