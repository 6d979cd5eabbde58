// Bundles the CSS and the JavaScript, cuts a sprite of only the icons that are used, and writes content-hashed names
// with a manifest that lms/web/assets.py reads. No framework; run it by `make ui`.
import { build } from 'esbuild'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

process.chdir(dirname(fileURLToPath(import.meta.url)))
const LMS = '../lms'
const OUT = join(LMS, 'static/dist')
const LUCIDE = 'node_modules/lucide-static/icons'

const walk = folder => readdirSync(folder).flatMap(name => {
  const path = join(folder, name)
  return statSync(path).isDirectory() ? walk(path) : [path]
})

// An icon is named literally: icon('x') in a template, or icon="x" as an argument. Strings in icon({…}[key]), the first of
// a pair ('clock', …), and those in a constant of Python called ICONS or MENU count where there is such an icon.
const isIcon = name => existsSync(join(LUCIDE, `${name}.svg`))
function iconsNamedIn(text) {
  const strings = piece => [...piece.matchAll(/['"]([a-z][a-z0-9-]*)['"]/g)].map(match => match[1])
  const found = pattern => [...text.matchAll(pattern)].map(match => match[1])
  return {
    certain: [
      ...found(/\bicon\(\s*['"]([a-z][a-z0-9-]*)['"]\s*[,)]/g),
      ...found(/\bicon=['"]([a-z][a-z0-9-]*)['"]/g),
    ],
    likely: [
      ...found(/\bicon\(([^()]*)\)/g).flatMap(strings),
      ...found(/\(\s*['"]([a-z][a-z0-9-]*)['"]\s*,/g),
      ...found(/^_?(?:[A-Z]+_)*(?:ICONS|MENU)\b[^=\n]*= ?(.*(?:\n(?:[ \t].*)?)*)/gm).flatMap(strings),
    ].filter(isIcon),
  }
}

function sprite() {
  const files = [...walk(join(LMS, 'templates')), ...walk(join(LMS, 'web'))].filter(path => /\.(html|py)$/.test(path))
  const names = new Set()
  for (const file of files) {
    const { certain, likely } = iconsNamedIn(readFileSync(file, 'utf8'))
    for (const name of certain) if (!isIcon(name)) throw new Error(`${file}: there is no icon "${name}" in lucide`)
    for (const name of [...certain, ...likely]) names.add(name)
  }
  const symbols = [...names].sort().map(name => {
    const shape = readFileSync(join(LUCIDE, `${name}.svg`), 'utf8')
      .replace(/<!--[\s\S]*?-->/g, '').replace(/^[\s\S]*?<svg[^>]*>/, '').replace(/<\/svg>\s*$/, '').replace(/\s+/g, ' ')
    return `<symbol id="${name}" viewBox="0 0 24 24">${shape.trim()}</symbol>`
  })
  return { names: [...names].sort(), text: `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>` }
}

const NEXT = `${OUT}.next`
rmSync(NEXT, { recursive: true, force: true })
mkdirSync(NEXT, { recursive: true })
const { metafile } = await build({
  entryPoints: { app: 'app.js', style: 'style.css' },
  outdir: NEXT,
  bundle: true,
  minify: true,
  sourcemap: true,
  metafile: true,
  target: ['chrome120', 'firefox121', 'safari17.5'],
  format: 'esm',
  entryNames: '[name].[hash]',
  assetNames: '[name].[hash]',
  loader: { '.woff2': 'file' },
  logLevel: 'warning',
})
const files = {}
for (const path of Object.keys(metafile.outputs)) {
  const name = basename(path)
  if (!name.endsWith('.map')) files[name.replace(/\.[A-Z0-9]{8}\./, '.')] = name
}
const icons = sprite()
files['icons.svg'] = `icons.${createHash('sha256').update(icons.text).digest('hex').slice(0, 8)}.svg`
writeFileSync(join(NEXT, files['icons.svg']), icons.text)
writeFileSync(join(NEXT, 'manifest.json'), JSON.stringify({ files, icons: icons.names }, null, 1))
rmSync(OUT, { recursive: true, force: true })
renameSync(NEXT, OUT)

for (const name of Object.values(files)) {
  const bytes = readFileSync(join(OUT, name))
  console.log(name.padEnd(52), String(bytes.length).padStart(7), 'bytes,', String(gzipSync(bytes, { level: 9 }).length).padStart(6), 'gz')
}
console.log(`${icons.names.length} icons`)
