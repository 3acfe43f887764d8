/**
 * Builds `dist`: types, programs and the scripts of the pages. Programs share their code in `dist/chunks`: a command reads
 * a few files where the source has hundreds, which is most of its start. Plain JavaScript: it runs before anything is built.
 */
import { execFileSync } from 'node:child_process'
import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { ENTRIES } from './entries.js'

const DAY_MS = 86_400_000
const root = fileURLToPath(new URL('..', import.meta.url))
const { dependencies } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))
/** Runs a script of Node. @param stdout 'inherit' shows what it says, 'pipe' returns it */
const run = (stdout, ...args) =>
  execFileSync(process.execPath, args, { cwd: root, stdio: ['ignore', stdout, 'inherit'] })

/**
 * Libraries that a run reads, without native parts, threads or signal handlers of their own: parts of chunks, because much of a
 * start is the reading of modules one by one. An author's code may import its own copy.
 */
const BUNDLED = new Set([
  'cli-table3',
  'cockatiel',
  'commander',
  'csv-parse',
  'fastest-levenshtein',
  'get-east-asian-width',
  'hono',
  'junit-report-builder',
  'kysely',
  'lossless-json',
  'node-sarif-builder',
  'picocolors',
  'pidusage',
  'pino-pretty',
  'simple-statistics',
  'ssim.js',
  'yaml',
  'zod',
])

/** Plugins get zod whole, from its own package: as a chunk's part its eighty unused languages would be read by every start. */
const wholeZod = {
  name: 'whole-zod',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^zod$/ }, ({ path, importer }) =>
      importer === `${root}harness/plugin.ts` ? { path, external: true } : undefined,
    )
  },
}

const common = { absWorkingDir: root, bundle: true, logLevel: 'warning', metafile: true }
const { metafile } = await build({
  ...common,
  entryPoints: ENTRIES.map((entry) => `harness/${entry}.ts`),
  outbase: 'harness',
  outdir: 'dist',
  chunkNames: 'chunks/[name]-[hash]',
  format: 'esm',
  splitting: true,
  platform: 'node',
  target: 'node20',
  // Of the 68 MB of ECharts a user needs one: it is a part of a chunk. Whatever else is imported is installed beside us.
  external: Object.keys(dependencies)
    .filter((name) => !BUNDLED.has(name))
    .flatMap((name) => [name, `${name}/*`]),
  plugins: [wholeZod],
  // CommonJS libraries ask for the modules of Node with `require`, which a module does not have.
  banner: {
    js: "import{createRequire as requireFrom}from'node:module';const require=requireFrom(import.meta.url);",
  },
  sourcemap: true,
  sourcesContent: false,
  legalComments: 'inline',
})
await build({
  ...common,
  entryPoints: ['report.ts', 'dashboard.ts', 'page.css'].map((file) => `harness/web/browser/${file}`),
  outdir: 'dist/web/browser',
  minify: true,
  format: 'iife',
  target: 'es2022',
})

// Chunks of builds before stay for a day: a run that is going still loads what it needs at its end.
const builtMs = statSync(`${root}dist/cli/main.js`).mtimeMs
const written = new Set(Object.keys(metafile.outputs))
for (const name of readdirSync(`${root}dist/chunks`)) {
  const file = `dist/chunks/${name}`
  if (!written.has(file) && builtMs - statSync(root + file).mtimeMs > DAY_MS) rmSync(root + file)
}
run('inherit', 'node_modules/typescript7/bin/tsc', '-p', 'tsconfig.build.json')
writeFileSync(`${root}dist/scenario.schema.json`, run('pipe', 'dist/cli/main.js', 'schema'))
chmodSync(`${root}dist/cli/main.js`, 0o755)
