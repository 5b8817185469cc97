import { highlight } from './highlight'

/** A text with what the search found in it marked. */
export function Found({ text, query }: { text: string; query: string | undefined }) {
  if (!query) return <>{text}</>
  return (
    <>
      {highlight(text, query).map((piece) =>
        piece.hit ? <mark key={piece.at}>{piece.text}</mark> : piece.text,
      )}
    </>
  )
}
