// How long a running import still takes, from what was seen of it on this screen.
export interface Sighting {
  at: number
  done: number
}

/** Seconds left, or undefined while too little was seen to say anything. */
export function secondsLeft(seen: readonly Sighting[], total: number): number | undefined {
  const first = seen[0]
  const last = seen.at(-1)
  if (!first || !last || last.at - first.at < 1500 || last.done <= first.done) return undefined
  const perMs = (last.done - first.done) / (last.at - first.at)
  return Math.max(1, Math.round((total - last.done) / perMs / 1000))
}

/** Keeps the last ten seconds, so that the estimate follows the pace of now. */
export const withSighting = (seen: readonly Sighting[], next: Sighting): Sighting[] => [
  ...seen.filter((each) => each.at > next.at - 10_000 && each.done <= next.done),
  next,
]
