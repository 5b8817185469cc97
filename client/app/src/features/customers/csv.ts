// The chosen rows as a file a Turkish Excel opens: UTF-8 with BOM, semicolons, and no cell that a
// spreadsheet would run as a formula, at whichever separator it cuts the lines.
import { sourceName } from '@/features/boards/source'
import { toWall } from '@/i18n/local-time'
import type { Customer } from '@/wire/records'

export function cell(value: string): string {
  const safe = value
    .replace(/^(?=[\t\r])/, "'")
    .replace(/(^|[,;\t|\r\n])(["\s]*)([=+\-@＝＋－＠])/g, "$1$2'$3")
  return /[";\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

export function toCsv(
  rows: readonly Customer[],
  headers: readonly string[],
  nameOf: (user: string) => string,
): string {
  const lines = rows.map((row) => [
    row.name,
    row.company ?? '',
    row.phones.map((p) => p.display).join(', '),
    row.emails.map((e) => e.value).join(', '),
    row.quality ?? '',
    row.tags.join(', '),
    row.owners.map(nameOf).join(', '),
    row.source ? sourceName(row.source.channel) : '',
    toWall(new Date(row.created_at)).replace('T', ' '),
  ])
  return `\uFEFF${[headers, ...lines].map((line) => line.map(cell).join(';')).join('\r\n')}\r\n`
}

export function saveFile(name: string, content: Blob): void {
  const url = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The click has only queued the download.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
