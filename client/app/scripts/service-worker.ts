// Writes sw.js after the build: the worker of src/sw with the names of all files of this build.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'

const source = fileURLToPath(new URL('../src/sw/worker.js', import.meta.url))
/** Not needed to start: what only the build or the server reads. */
const skipped = /^(\.vite\/|sw\.js$|book\.html$|.*\.(map|br|gz)$)/

/** What only the guests' page loads: who works here never needs it without a server. */
function guestFiles(folder: string): string[] {
  const text = readFileSync(join(folder, '.vite', 'manifest.json'), 'utf8')
  const entry = (JSON.parse(text) as Record<string, { file: string; css?: string[] }>)['book.html']
  return entry ? [entry.file, ...(entry.css ?? [])] : []
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !skipped.test(path))
    .sort()
}

export function serviceWorker(): Plugin {
  let folder = 'dist'
  return {
    name: 'nabiz-service-worker',
    apply: 'build',
    configResolved(config) {
      folder = join(config.root, config.build.outDir)
    },
    closeBundle() {
      const guests = guestFiles(folder)
      const files = filesOf(folder).filter((path) => !guests.includes(path))
      const worker = readFileSync(source, 'utf8')
      const build = createHash('sha256').update(worker)
      for (const path of files) build.update(path).update(readFileSync(join(folder, path)))
      const paths = files.map((path) => (path === 'index.html' ? '/' : `/${path}`))
      writeFileSync(
        join(folder, 'sw.js'),
        worker
          .replace('__BUILD__', build.digest('hex').slice(0, 12))
          .replace('__FILES__', JSON.stringify(paths)),
      )
    },
  }
}
