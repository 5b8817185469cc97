// The size gate: what the first visit loads, gzipped, against the budget. Run after the build.
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const dist = join(dirname(fileURLToPath(import.meta.url)), '..', 'dist')
const manifest = JSON.parse(readFileSync(join(dist, '.vite', 'manifest.json'), 'utf8'))
const size = (file) => gzipSync(readFileSync(join(dist, file)), { level: 9 }).length / 1000

function graph(key, seen = new Set()) {
  if (seen.has(key)) return seen
  seen.add(key)
  for (const next of manifest[key].imports ?? []) graph(next, seen)
  return seen
}
const first = graph('index.html')
const board = [...graph('src/features/boards/screen.tsx')].filter((key) => !first.has(key))
const guest = graph('book.html')
const files = (keys, kind) => [
  ...new Set(
    [...keys].flatMap((k) => (kind === 'css' ? (manifest[k].css ?? []) : [manifest[k].file])),
  ),
]
const sum = (list) => list.reduce((total, file) => total + size(file), 0)

const fonts = Object.values(manifest['index.html'].assets ?? []).filter((file) =>
  file.endsWith('.woff2'),
)
const lines = [
  ['first JavaScript', sum(files(first, 'js')), 180],
  ['first CSS', sum(files(first, 'css')), 30],
  ['guest JavaScript', sum(files(guest, 'js')), 45],
  ['guest CSS', sum(files(guest, 'css')), 10],
  ['board JavaScript', sum(files(board, 'js')), 60],
]
let red = false
for (const [name, kb, limit] of lines) {
  const over = kb > limit
  red ||= over
  console.log(
    `${over ? 'RED  ' : 'ok   '}${name.padEnd(18)}${kb.toFixed(1).padStart(7)} kB of ${limit}`,
  )
}
if (fonts.length > 0) console.log(`     fonts: ${fonts.length} files`)
process.exit(red ? 1 : 0)
