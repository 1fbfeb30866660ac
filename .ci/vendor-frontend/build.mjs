// Builds the committed front-end files into the folder given as the first argument. Run by ./run, never at run time.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import esbuild from 'esbuild'
import rtlcss from 'rtlcss'
import * as sass from 'sass'

const out = process.argv[2]
const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'))
const packages = ['govuk-frontend', 'accessible-autocomplete', 'preact']
const tools = ['sass', 'rtlcss', 'esbuild']

// The suffix that iOS reads out is written by the package with a style attribute, which our policy forbids.
const noInlineStyle = {
  name: 'no-inline-style',
  setup: (build) => build.onLoad({ filter: /accessible-autocomplete\/src\/.*\.js$/ }, ({ path }) => {
    const source = readFileSync(path, 'utf8')
    const contents = path.endsWith('/src/autocomplete.js')
      ? once(source, /style="border:0;clip:rect[\s\S]*?width:1px">'/, 'class="govuk-visually-hidden">`')
      : source
    return { contents, loader: 'jsx' }
  })
}

function once (text, pattern, replacement) {
  if (!pattern.test(text)) throw new Error(`not found any more: ${pattern}`)
  return text.replace(pattern, replacement)
}

async function script (entry, globalName, footer) {
  const built = await esbuild.build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: 'es2020',
    legalComments: 'none',
    globalName,
    footer: { js: footer },
    define: { 'process.env.COMPONENT_LIBRARY': '"PREACT"' },
    plugins: [noInlineStyle]
  })
  return built.outputFiles[0].text
}

const govuk = sass.compile('govuk.scss', { style: 'compressed', loadPaths: ['node_modules'], charset: false }).css + '\n'
const autocomplete = readFileSync('node_modules/accessible-autocomplete/dist/accessible-autocomplete.min.css', 'utf8')
  .replace(/\s*\/\*# sourceMappingURL=.*\*\/\s*$/, '\n')
const licence = (name, file) => `=== ${name} ===\n${readFileSync(`node_modules/${file}`, 'utf8').trim()}\n`

const files = {
  'govuk.css': govuk,
  'govuk.rtl.css': rtlcss.process(govuk),
  'govuk.js': await script('govuk.mjs', 'GOVUKFrontend', ''),
  'autocomplete.css': autocomplete,
  'autocomplete.rtl.css': rtlcss.process(autocomplete),
  'autocomplete.js': await script('autocomplete.mjs', 'accessibleAutocomplete', 'accessibleAutocomplete=accessibleAutocomplete.default;'),
  // govuk-frontend's package carries no licence file; its owner's other package carries the same text and notice.
  'LICENCES.txt': [
    licence('govuk-frontend and accessible-autocomplete', 'accessible-autocomplete/LICENSE.txt'),
    licence('preact (inside autocomplete.js)', 'preact/LICENSE')
  ].join('\n')
}
for (const [name, text] of Object.entries(files)) {
  const reserved = /@font-face|url\(|GDS Transport|crest|crown\b/i.exec(name === 'LICENCES.txt' ? '' : text)
  if (reserved) throw new Error(`${name} holds ${reserved[0]}, which must not be committed`)
}

const version = (name) => lock.packages[`node_modules/${name}`]
const manifest = {
  about: 'Built by .ci/vendor-frontend/run (docs/how-to/vendor-frontend.md). Do not edit these files; build them again.',
  packages: packages.map((name) => ({
    name,
    version: version(name).version,
    licence: version(name).license,
    integrity: version(name).integrity
  })),
  tools: Object.fromEntries(tools.map((name) => [name, version(name).version])),
  changes: [
    'govuk.css: only the components our templates use, our colours and fonts; no typeface, crest or crown',
    'autocomplete.js: built from the package\'s source without polyfills; one style attribute became a class'
  ],
  files: Object.fromEntries(Object.entries(files).map(([name, text]) => [name, {
    sha256: createHash('sha256').update(text).digest('hex'),
    bytes: Buffer.byteLength(text),
    gzip: gzipSync(text, { level: 9 }).length
  }]))
}

rmSync(out, { recursive: true, force: true })
mkdirSync(out, { recursive: true })
for (const [name, text] of Object.entries(files)) writeFileSync(join(out, name), text)
writeFileSync(join(out, 'vendor.json'), JSON.stringify(manifest, null, 2) + '\n')
for (const [name, { bytes, gzip }] of Object.entries(manifest.files)) console.log(`${name} ${bytes} bytes, ${gzip} gzipped`)
