// The appointment for the reader's own calendar: a file of RFC 5545, and an address for one that
// takes addresses.
import type { Appointment } from './api'

/** "20261126T113000Z" */
const stamp = (at: Date): string => at.toISOString().replace(/[-:]|\.\d{3}/g, '')

const escaped = (text: string): string =>
  text.replace(/[\\;,]/g, (sign) => `\\${sign}`).replace(/\r?\n/g, '\\n')

/** Lines of at most 75 octets, continued by a space (RFC 5545, 3.1). */
function folded(line: string): string {
  const parts: string[] = []
  let part = ''
  let size = 0
  for (const letter of line) {
    const octets = new TextEncoder().encode(letter).length
    if (size + octets > 74) {
      parts.push(part)
      part = ''
      size = 0
    }
    part += letter
    size += octets
  }
  return [...parts, part].join('\r\n ')
}

const titleOf = ({ title, tenant }: Appointment): string =>
  title ? `${title} · ${tenant.name}` : tenant.name

/** `token` names the entry, so that a moved appointment replaces the earlier one. */
export function calendarFile(
  appointment: Appointment,
  token: string,
  url: string,
  now = new Date(),
): string {
  const { starts_at, ends_at, place } = appointment
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Nabiz//Booking//EN',
    'METHOD:PUBLISH',
    'BEGIN:VEVENT',
    // What names the appointment in the link, without its seal.
    `UID:${token.slice(0, 42)}@nabiz`,
    `SEQUENCE:${Math.floor(now.getTime() / 1000) % 2_000_000_000}`,
    `DTSTAMP:${stamp(now)}`,
    `DTSTART:${stamp(new Date(starts_at))}`,
    `DTEND:${stamp(new Date(ends_at))}`,
    `SUMMARY:${escaped(titleOf(appointment))}`,
    ...(place ? [`LOCATION:${escaped(place)}`] : []),
    `DESCRIPTION:${escaped(url)}`,
    `URL:${url}`,
    'END:VEVENT',
    'END:VCALENDAR',
  ]
  return `${lines.map(folded).join('\r\n')}\r\n`
}

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

export function download(text: string, name: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/calendar;charset=utf-8' }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  // Safari reads the file after the click has returned.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
