// Writes sw.js after the build: the worker of src/sw with the names of all files of this build.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'

const source = fileURLToPath(new URL('../src/sw/worker.js', import.meta.url))
/** Not needed to start: what only the build or the server reads. */
const skipped = /^(\.vite\/|sw\.js$|.*\.(map|br|gz)$)/

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
      const files = filesOf(folder)
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
