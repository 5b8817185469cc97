// The messages of a room, held at their end: what comes below is followed, what is read above moves
// nothing. Only what is seen is drawn.
import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown, ArrowUp } from 'lucide-react'
import {
  type KeyboardEvent,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { dayMonth, daysBetween } from '@/i18n/format'
import { problemText } from '@/session/errors'
import { Button } from '@/ui/button'
import { Icon } from '@/ui/icon'
import { Skeleton } from '@/ui/states'
import type { Message } from '@/wire/rooms'
import { Bubble } from './bubble'
import type { History } from './history'
import type { Talk } from './talk'
import { useRoomTexts } from './texts'
import type { Row } from './thread-rows'
import { useFresh } from './use-fresh'

const ESTIMATE = 52
/** So near to the first one that was read, older ones are read. */
const NEAR = 10
const AT_END_PX = 60
/** Heights are guessed until they are drawn; so many frames later they are known. */
const SETTLING_FRAMES = 8

/** "Bugün", "Dün", "21 Kas". */
function useDayName(): (at: string) => string {
  const t = useRoomTexts()
  return (at) => {
    const days = daysBetween(new Date(), new Date(at))
    return days === 0 ? t('today') : days === -1 ? t('yesterday') : dayMonth(new Date(at))
  }
}

export interface Target {
  n: number
  /** Asked again, it is gone to again. */
  asked: number
}

export interface ThreadProps {
  name: string
  rows: readonly Row[]
  last: number
  history: History
  talk: Talk
  /** Where the new ones began when the room was opened. */
  newFrom: number | null
  /** To be gone to. */
  target: Target | undefined
  /** Raised when I sent something: it is gone to the end. */
  sent: number
  onSeen: (n: number) => void
  onKey: (event: KeyboardEvent, message: Message, anchor: Element) => void
  onLatest: () => void
}

export function Thread(props: ThreadProps) {
  const { name, rows, last, history, talk, newFrom, target, sent, onSeen, onKey, onLatest } = props
  const t = useRoomTexts()
  const dayName = useDayName()
  const scroller = useRef<HTMLDivElement>(null)
  const [current, setCurrent] = useState<string>()
  const [isAtEnd, setAtEnd] = useState(true)
  const [isSettled, setSettled] = useState(false)
  const [flash, setFlash] = useState<number>()
  const fresh = useFresh(rows, talk.me)
  const currentIndex = current === undefined ? -1 : rows.findIndex((row) => row.key === current)
  const isWalked = (index: number) => rows[index]?.message.kind === 'text'
  const lastWalked = rows.findLastIndex((_, index) => isWalked(index))
  const tabbed = currentIndex >= 0 ? currentIndex : lastWalked

  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ESTIMATE,
    getItemKey: (index) => (rows[index] as Row).key,
    overscan: 8,
    paddingStart: 40,
    paddingEnd: 12,
    anchorTo: 'end',
    followOnAppend: true,
    scrollEndThreshold: AT_END_PX,
    rangeExtractor: ({ startIndex, endIndex, overscan, count }) => {
      const from = Math.max(0, startIndex - overscan)
      const to = Math.min(count - 1, endIndex + overscan)
      const range = Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i)
      // The one that has the focus must not go away under it.
      return currentIndex < 0 || (currentIndex >= from && currentIndex <= to)
        ? range
        : [...range, currentIndex].sort((a, b) => a - b)
    },
  })

  // Opened at the new ones, else at the end; before anything is painted.
  const isPlaced = useRef(false)
  const hasHand = useRef(false)
  const gone = useRef(0)
  const frame = useRef(0)
  const latest = useRef(rows)
  latest.current = rows
  const hasRows = rows.length > 0
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when there is something
  useLayoutEffect(() => {
    if (!hasRows || isPlaced.current) return
    isPlaced.current = true
    let left = SETTLING_FRAMES
    const place = () => {
      // Who has taken the wheel meanwhile keeps it.
      if (gone.current > 0 || hasHand.current || left-- === 0) return setSettled(true)
      const at = target ? -1 : latest.current.findIndex((row) => row.fresh !== undefined)
      if (at >= 0) virtual.scrollToIndex(at, { align: 'start' })
      else virtual.scrollToEnd()
      frame.current = requestAnimationFrame(place)
    }
    place()
  }, [hasRows])
  useEffect(() => () => cancelAnimationFrame(frame.current), [])

  const targetIndex = target ? rows.findIndex((row) => row.message.n === target.n) : -1
  // biome-ignore lint/correctness/useExhaustiveDependencies: gone to once for each time it is asked
  useEffect(() => {
    if (!target || targetIndex < 0 || gone.current === target.asked) return
    gone.current = target.asked
    virtual.scrollToIndex(targetIndex, { align: 'center' })
    setCurrent(rows[targetIndex]?.key)
    setFlash(target.n)
    const timer = setTimeout(() => setFlash(undefined), 1600)
    return () => clearTimeout(timer)
  }, [target?.asked, targetIndex])

  // The field below grows, somebody is writing: who is at the end stays there.
  const wasAtEnd = useRef(true)
  wasAtEnd.current = isAtEnd
  useEffect(() => {
    const box = scroller.current
    if (!box || typeof ResizeObserver === 'undefined') return
    const observer = new ResizeObserver(() => {
      if (wasAtEnd.current && isPlaced.current) virtual.scrollToEnd()
    })
    observer.observe(box)
    return () => observer.disconnect()
  }, [virtual])

  // biome-ignore lint/correctness/useExhaustiveDependencies: each time something was sent
  useEffect(() => {
    if (sent > 0) virtual.scrollToEnd()
  }, [sent])

  const look = useCallback(() => {
    const box = scroller.current
    if (!box) return
    const bottom = box.scrollTop + box.clientHeight
    const items = virtual.getVirtualItems()
    const seen = items.findLast((item) => item.end <= bottom + 8)
    const atEnd = box.scrollHeight - bottom <= AT_END_PX
    setAtEnd(atEnd)
    const row = atEnd ? rows.findLast((each) => !each.failed) : seen && rows[seen.index]
    if (row && !row.message.sending && !row.failed) onSeen(row.message.n)
    if (!isSettled) return
    const top = items.find((item) => item.end > box.scrollTop)
    if (top && top.index < NEAR && history.hasOlder && !history.error) history.older()
    if (seen && seen.index > rows.length - NEAR && history.hasNewer && !history.error)
      history.newer()
  }, [virtual, rows, history, onSeen, isSettled])
  // After every drawing: only then it is known what is on the screen.
  useEffect(() => {
    const drawn = requestAnimationFrame(look)
    return () => cancelAnimationFrame(drawn)
  })

  const focusOn = (index: number) => {
    const row = rows[index]
    if (!row) return
    setCurrent(row.key)
    virtual.scrollToIndex(index, { align: 'auto' })
    requestAnimationFrame(() => {
      const id = CSS.escape(row.message.id)
      scroller.current?.querySelector<HTMLElement>(`[data-message="${id}"]`)?.focus()
    })
  }
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const bubble = (event.target as Element).closest<HTMLElement>('[data-message]')
    const index = rows.findIndex((row) => row.message.id === bubble?.dataset.message)
    const row = rows[index]
    if (!bubble || !row || event.target !== bubble) return
    if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
      event.preventDefault()
      event.stopPropagation()
      const step = event.key === 'ArrowUp' ? -1 : 1
      let next = index + step
      // Lines that nobody said have nothing to be done with them.
      while (rows[next] && !isWalked(next)) next += step
      focusOn(next)
    } else if (event.key === 'Home' || event.key === 'End') {
      event.preventDefault()
      focusOn(event.key === 'Home' ? rows.findIndex((_, at) => isWalked(at)) : lastWalked)
    } else if (!row.failed) onKey(event, row.message, bubble)
  }
  const seenRow = useMemo(
    () =>
      rows.findLast(
        ({ failed, message }) => !failed && !message.sending && message.kind === 'text',
      ),
    [rows],
  )
  const showsFresh = newFrom !== null && (rows[0]?.message.n ?? 0) > newFrom && history.hasOlder

  return (
    <div className="thread">
      {showsFresh && (
        <Button small icon={ArrowUp} onPress={() => talk.jump(newFrom)}>
          {t('toFresh')}
        </Button>
      )}
      <div
        ref={scroller}
        className="scroll messages"
        role="region"
        aria-label={t('thread', { name })}
        tabIndex={lastWalked < 0 ? 0 : -1}
        onScroll={look}
        onWheel={() => {
          hasHand.current = true
        }}
        onPointerDown={() => {
          hasHand.current = true
        }}
        onKeyDown={onKeyDown}
      >
        <div className="thread-top">
          {history.error ? (
            <span className="row sm">
              {problemText(history.error)}
              <Button small onPress={history.older}>
                {t('retry')}
              </Button>
            </span>
          ) : history.hasOlder ? (
            <Skeleton width={120} height={10} />
          ) : (
            <span className="t3 sm">{t('begins')}</span>
          )}
        </div>
        <div
          role="list"
          aria-label={t('thread', { name })}
          style={{ height: virtual.getTotalSize() }}
        >
          {virtual.getVirtualItems().map((item) => {
            const row = rows[item.index] as Row
            return (
              <div
                key={item.key}
                ref={virtual.measureElement}
                data-index={item.index}
                role="listitem"
                aria-setsize={row.failed ? -1 : last}
                {...(row.failed ? {} : { 'aria-posinset': row.message.n })}
                className={row.message.n === flash ? 'talk-turn flash' : 'talk-turn'}
                style={{ transform: `translateY(${item.start}px)` }}
                onFocus={() => setCurrent(row.key)}
              >
                {row.day && <p className="day">{dayName(row.day)}</p>}
                {row.fresh !== undefined && (
                  <p className="new">
                    <span>{t('fresh', { count: row.fresh })}</span>
                  </p>
                )}
                <Bubble
                  row={row}
                  talk={talk}
                  isCurrent={item.index === tabbed}
                  freshness={fresh(row.message)}
                />
                {row === seenRow && <SeenLine row={row} talk={talk} />}
              </div>
            )
          })}
        </div>
      </div>
      {(!isAtEnd || history.hasNewer) && (
        <button
          type="button"
          className="to-latest"
          aria-label={t('toLatest')}
          title={t('toLatest')}
          onClick={() => {
            onLatest()
            requestAnimationFrame(() => virtual.scrollToEnd())
          }}
        >
          <Icon of={ArrowDown} />
        </button>
      )}
    </div>
  )
}

const NAMES = 2

/** Below my latest message: who has seen it. Its place is kept, so that nothing moves. */
function SeenLine({ row, talk }: { row: Row; talk: Talk }) {
  const t = useRoomTexts()
  const { message } = row
  if (message.by !== talk.me || message.deleted_at) return null
  const names = talk.seenBy(message.n)
  const shown = names.slice(0, NAMES).join(', ')
  const more = names.length - NAMES
  return (
    <p className="seen-line">
      {names.length === 0
        ? t('sent')
        : !talk.isShared
          ? t('seen')
          : more > 0
            ? t('seenByMore', { names: shown, count: more })
            : t('seenBy', { names: shown })}
    </p>
  )
}
