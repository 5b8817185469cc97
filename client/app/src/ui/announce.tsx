// The one polite live region: keyboard moves, results, connection. Calls within a moment are joined.
let region: HTMLElement | undefined
let queue: string[] = []

export function announce(text: string): void {
  queue.push(text)
  if (queue.length > 1) return
  setTimeout(() => {
    if (region) region.textContent = queue.slice(-3).join('. ')
    queue = []
  }, 120)
}

export function Announcer() {
  return (
    <div
      className="vh"
      aria-live="polite"
      ref={(node) => {
        region = node ?? undefined
      }}
    />
  )
}
