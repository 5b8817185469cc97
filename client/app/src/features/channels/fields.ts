// What a form of a channel holds, checked before the server is asked.

/** A day: who is written to every day and hears nothing for one has reason to look. */
export const SILENT_HOURS = 24
const SILENT_HOURS_MOST = 720

/** Whole hours the server takes; undefined where it is no such number. */
export function hoursOf(text: string): number | undefined {
  if (!/^\d{1,3}$/.test(text.trim())) return undefined
  const hours = Number(text)
  return hours <= SILENT_HOURS_MOST ? hours : undefined
}

export const isExternalId = (text: string): boolean => /^[0-9A-Za-z]{1,64}$/.test(text.trim())
