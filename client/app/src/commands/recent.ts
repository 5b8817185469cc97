// What was used last: commands by their id, and customers that were opened. Names of customers stay
// in this tab: they must not outlive the session on a shared computer.
const COMMANDS = 'nabiz.recent-commands'
const CUSTOMERS = 'nabiz.recent-customers'
const KEPT = 6

export interface RecentCustomer {
  id: string
  name: string
}

function read<T>(storage: 'localStorage' | 'sessionStorage', key: string): T[] {
  try {
    const kept: unknown = JSON.parse(window[storage].getItem(key) ?? '[]')
    return Array.isArray(kept) ? kept : []
  } catch {
    return []
  }
}
function write(storage: 'localStorage' | 'sessionStorage', key: string, list: unknown): void {
  try {
    window[storage].setItem(key, JSON.stringify(list))
  } catch {
    // Without storage nothing is recent.
  }
}

export const recentCommands = (): string[] => read<string>('localStorage', COMMANDS)
export function rememberCommand(id: string): void {
  write('localStorage', COMMANDS, [id, ...recentCommands().filter((c) => c !== id)].slice(0, KEPT))
}

export const recentCustomers = (): RecentCustomer[] =>
  read<RecentCustomer>('sessionStorage', CUSTOMERS)
export function rememberCustomer(id: string, name: string): void {
  const others = recentCustomers().filter((customer) => customer.id !== id)
  write('sessionStorage', CUSTOMERS, [{ id, name }, ...others].slice(0, KEPT))
}
export function forgetRecent(): void {
  write('localStorage', COMMANDS, [])
  write('sessionStorage', CUSTOMERS, [])
}
