/**
 * Makes `single-file/proofload.mjs`: one file that needs only Node. It holds what `dist` holds with all libraries in it, packed;
 * at its first start it unpacks itself into the user's cache. Run it after the build. Plain JavaScript, as the build is.
 */
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants } from 'node:zlib'
import { build } from 'esbuild'
import { ENTRIES } from '../entries.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const output = `${root}single-file/proofload.mjs`
const read = (path) => readFileSync(root + path, 'utf8')
const filesOf = (folder, wanted) =>
  readdirSync(root + folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => wanted.test(file))
    .map((file) => `${folder}/${file}`)

/** Modules that stand for the parts that are compiled for one platform: they ask for the real one when they are used. */
const PART = `import { nativePart } from ${JSON.stringify(`${root}harness/bundle/native-part.ts`)};`
const STAND_INS = {
  esbuild: `${PART}export const build = (given) => nativePart('esbuild').build(given);
    export const transformSync = (...given) => nativePart('esbuild').transformSync(...given)`,
  libsql: `${PART}export default function Database(...given) { return new (nativePart('libsql'))(...given) }`,
  sharp: `${PART}export default (...given) => nativePart('sharp')(...given)`,
  'playwright-core': `${PART}export const chromium = {
    launch: (...given) => nativePart('playwright-core').chromium.launch(...given) }`,
}
const standIns = {
  name: 'stand-ins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: new RegExp(`^(${Object.keys(STAND_INS).join('|')})$`) }, ({ path }) => ({
      path,
      namespace: 'stand-in',
    }))
    onLoad({ filter: /.*/, namespace: 'stand-in' }, ({ path }) => ({
      contents: STAND_INS[path],
      resolveDir: root,
    }))
  },
}

/** A library that starts threads from files of its own. */
const AS_FILES = ['piscina']

const { outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: ENTRIES.map((entry) => `harness/${entry}.ts`),
  outbase: 'harness',
  outdir: 'dist',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  write: false,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // Optional parts of libraries, which are looked for and not missed.
  external: [...AS_FILES, 'pg-native', 'bufferutil', 'utf-8-validate', 'typescript'],
  plugins: [standIns],
  banner: {
    js: "import{createRequire as requireFrom}from'node:module';const require=requireFrom(import.meta.url),{fileURLToPath:pathOf}=require('node:url'),__filename=pathOf(import.meta.url),__dirname=require('node:path').dirname(__filename);",
  },
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'inline',
  logLevel: 'warning',
})

const { version, type, name } = JSON.parse(read('package.json'))
const files = Object.fromEntries([
  ...outputFiles.map(({ path, text }) => [path.slice(root.length), text]),
  ...[
    'dist/scenario.schema.json',
    ...filesOf('dist/web/browser', /\.(js|css)$/),
    ...filesOf('docs', /\.md$/),
  ].map((path) => [path, read(path)]),
  ...AS_FILES.flatMap((library) =>
    [
      `${library}/package.json`,
      ...filesOf(`node_modules/${library}/dist`, /\.m?js$/).map((path) => path.slice(13)),
    ].map((path) => [`node_modules/${path}`, read(`node_modules/${path}`)]),
  ),
  ['LICENSE', read('LICENSE')],
  ['package.json', JSON.stringify({ name, version, type })],
])
const content = Buffer.from(JSON.stringify(files))
const id = `${version}-${createHash('sha256').update(content).digest('hex').slice(0, 16)}`
const packed = brotliCompressSync(content, {
  params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_LGWIN]: 24 },
})
const launcher = read('harness/bundle/launcher.js')
  .replace('{{id}}', id)
  .replace('{{packed}}', () => packed.toString('base64'))
mkdirSync(`${root}single-file`, { recursive: true })
writeFileSync(output, launcher)
chmodSync(output, 0o755)
