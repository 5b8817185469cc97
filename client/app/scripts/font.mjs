// Cuts Inter's variable font down to Latin with Turkish and the neighbours' letters, weights 400 to
// 650: 37 kB instead of 133. Run by hand (`npm run font -w app`) when the font package changes.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import subset from 'subset-font'

const here = dirname(fileURLToPath(import.meta.url))
const from = join(here, '..', '..', 'node_modules', '@fontsource-variable', 'inter')
const to = join(here, '..', 'src', 'styles', 'inter')
const axes = { wght: { min: 400, max: 650 } }
const range = (first, last) =>
  Array.from({ length: last - first + 1 }, (_, i) => String.fromCharCode(first + i)).join('')

const cuts = [
  ['latin', `${range(0x20, 0x7e)}${range(0xa0, 0xff)}ı‘’“”–—…·•€′″→←↑↓−`],
  ['latin-ext', `${range(0x100, 0x17f)}ȘșȚț₺₸`],
]
for (const [name, text] of cuts) {
  const font = readFileSync(join(from, 'files', `inter-${name}-wght-normal.woff2`))
  const cut = await subset(font, text, { targetFormat: 'woff2', variationAxes: axes })
  writeFileSync(join(to, `inter-${name}.woff2`), cut)
  console.log(name, cut.length)
}
copyFileSync(join(from, 'LICENSE'), join(to, 'LICENSE'))
