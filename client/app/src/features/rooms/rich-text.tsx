// A message's words: addresses lead out of the app, names of colleagues stand out. Text only.
import { memo, useMemo } from 'react'
import type { People } from '@/features/customers/people'
import { pieces } from './rich'

export const RichText = memo(function RichText({
  text,
  mentions,
  people,
  me,
}: {
  text: string
  mentions: readonly string[]
  people: People
  me: string
}) {
  const all = useMemo(
    () =>
      pieces(
        text,
        mentions.map((id) => people.of(id)),
      ),
    [text, mentions, people],
  )
  return (
    <>
      {all.map((piece) =>
        piece.kind === 'link' ? (
          <a key={piece.at} href={piece.href} target="_blank" rel="noopener noreferrer nofollow">
            {piece.text}
          </a>
        ) : piece.kind === 'mention' ? (
          <b key={piece.at} className={piece.user === me ? 'named me' : 'named'}>
            {piece.text}
          </b>
        ) : (
          piece.text
        ),
      )}
    </>
  )
})
