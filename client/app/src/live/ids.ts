// UUIDv7 without crypto.randomUUID, which plain-http origins do not have.
let last = 0
let counter = 0

/** Sorts by time, also within one millisecond of one tab. */
export function uuidv7(now = Date.now()): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  if (now <= last) counter = (counter + 1) & 0xfff
  else {
    last = now
    counter = ((bytes[6] ?? 0) & 0x07) << 8
  }
  const time = last
  for (let i = 0; i < 6; i++) bytes[i] = Math.floor(time / 2 ** (8 * (5 - i))) & 0xff
  bytes[6] = 0x70 | (counter >> 8)
  bytes[7] = counter & 0xff
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f)
  const hex = Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
