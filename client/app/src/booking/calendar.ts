// The appointment for a calendar that takes addresses; for the others the server has a file.
import type { Appointment } from './api'

/** "20261126T113000Z" */
const stamp = (at: Date): string => at.toISOString().replace(/[-:]|\.\d{3}/g, '')

const titleOf = ({ title, tenant }: Appointment): string =>
  title ? `${title} · ${tenant.name}` : tenant.name

export function googleAddress(appointment: Appointment): string {
  const { starts_at, ends_at, place } = appointment
  const params = new URLSearchParams({
    action: 'TEMPLATE',
    text: titleOf(appointment),
    dates: `${stamp(new Date(starts_at))}/${stamp(new Date(ends_at))}`,
    ...(place ? { location: place } : {}),
  })
  return `https://calendar.google.com/calendar/render?${params}`
}
