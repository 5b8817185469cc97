// Which board this browser showed last.
const KEY = 'nabiz.last-board'

export const lastBoard = {
  get(): string | null {
    try {
      return localStorage.getItem(KEY)
    } catch {
      return null
    }
  },
  set(id: string): void {
    try {
      localStorage.setItem(KEY, id)
    } catch {
      // Without storage the first board opens next time.
    }
  },
}
