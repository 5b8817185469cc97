// Numbers as people type them and as a field shows them: "1.500,25" in Turkish, "1,500.25" in
// English. Both ways go through here, so that what is shown reads back as what it was.
import { currentLocale } from '.'

const marks = () => (currentLocale() === 'tr' ? ['.', ','] : [',', '.']) as [string, string]
const grouped = /^[1-9]\d{0,2}([.,]\d{3})+$/
const plain = /^\d+$/

/** Undefined for what is no number. */
export function parseNumber(text: string): number | undefined {
  const [group, point] = marks()
  const clean = text.replace(/\s/g, '').replace('−', '-')
  const sign = clean.startsWith('-') ? -1 : 1
  const digits = clean.replace(/^[-+]/, '')
  const read = (whole: string, part = '0') =>
    plain.test(whole) && plain.test(part) ? sign * Number(`${whole}.${part}`) : undefined
  const kinds = [group, point].filter((mark) => digits.includes(mark))
  const [only] = kinds
  if (only === undefined) return read(digits)
  if (kinds.length === 2) {
    // The later one parts, the other one groups.
    const last = digits.lastIndexOf(group) > digits.lastIndexOf(point) ? group : point
    const [whole = '', part, more] = digits.split(last)
    if (more !== undefined || !grouped.test(whole)) return undefined
    return read(whole.replace(/[.,]/g, ''), part)
  }
  const [whole = '', part, more] = digits.split(only)
  const groups = grouped.test(digits) && (only === group || more !== undefined)
  if (groups) return read(digits.replace(/[.,]/g, ''))
  return more === undefined ? read(whole, part) : undefined
}

const written = (value: number, useGrouping: boolean): string =>
  new Intl.NumberFormat(currentLocale() === 'tr' ? 'tr-TR' : 'en-GB', {
    maximumFractionDigits: 20,
    useGrouping,
  }).format(value)

/** As it stands in a field. */
export const numberText = (value: number): string => written(value, false)
/** As it is read. */
export const numberShown = (value: number): string => written(value, true)
