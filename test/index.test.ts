import { build, type Metafile } from 'esbuild'
import ts from 'typescript'
import * as assert from 'uvu/assert'
import { describe } from './kit/suite.ts'

const root = new URL('..', import.meta.url).pathname

/** Packages that are loaded with the entry, whatever is called of it. */
async function packagesLoadedBy(entry: string): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: [`${root}${entry}`],
    outdir: `${root}.proofload/unwritten`,
    write: false,
    bundle: true,
    splitting: true,
    metafile: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    treeShaking: false,
    logLevel: 'silent',
  })
  const loaded = new Set<string>()
  const visit = (output: string) => {
    if (loaded.has(output)) return
    loaded.add(output)
    const imports: Metafile['outputs'][string]['imports'] = metafile.outputs[output]?.imports ?? []
    for (const { path, kind } of imports) if (kind === 'import-statement') visit(path)
  }
  visit(Object.keys(metafile.outputs).find((output) => output.endsWith('index.js')) as string)
  return [...loaded].filter((path) => !path.startsWith('node:') && !path.endsWith('.js')).sort()
}

/** What an editor shows for `text` where it stands at the mark `|` in a module that imports all of 'proofload'. */
function tooltipsOf(modules: readonly string[]): string[] {
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile).config,
    ts.sys,
    root,
  )
  const files = new Map(
    modules.map((source, i) => [`${root}tooltip-${i}.ts`, `import * as p from 'proofload'\n${source}`]),
  )
  const textOf = (file: string) => files.get(file)?.replace('|', '') ?? ts.sys.readFile(file)
  const service = ts.createLanguageService({
    getCompilationSettings: () => options,
    getScriptFileNames: () => [...files.keys()],
    getScriptVersion: () => '1',
    getScriptSnapshot: (file) => {
      const text = textOf(file)
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text)
    },
    getCurrentDirectory: () => root,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: (file) => files.has(file) || ts.sys.fileExists(file),
    readFile: textOf,
  })
  return [...files].map(([file, source]) =>
    ts.displayPartsToString(service.getQuickInfoAtPosition(file, source.indexOf('|'))?.documentation),
  )
}

describe("The module 'proofload'", (test) => {
  test('loads no more than schemas need: every thread of a run loads it', async () => {
    assert.equal(await packagesLoadedBy('harness/index.ts'), ['fastest-levenshtein', 'picocolors', 'zod'])
  })

  test('has tooltips for builders and their settings', () => {
    const shown: Readonly<Record<string, string>> = {
      "p.|slack({ url: '' })": 'Alerts go to a channel of Slack',
      "p.slack({ |url: '' })": 'URL of the incoming webhook',
      "p.email({ host: '', |security: 'tls', from: '', to: [] })": 'Default: starttls',
      "p.gitUndo({ |tag: 'v1' })": "Default: `'good/*'`",
      "p.command(['x'], { |cwd: '/' })": 'Working directory',
      "p.http({ |url: '' })": 'paths of steps are appended',
      "p.http.post('/', { |json: 1 })": 'Body as JSON',
      "p.http.get('/', { |extract: {} })": 'later steps write',
      "p.http.get('/', { retry: { |attempts: 2 } })": 'Attempts in all',
      'p.|call(1)': 'A step that calls a function target',
      'p.operations({ |mix: { safe: 1, risky: 1, complex: 1 } })': 'Frequency of each class',
      'p.sandbox({ |seed: 1 })': 'Seed of the timing',
      "p.businessHours({ |day: '1m' })": 'Duration of the simulated hours',
      "p.replay({ |csv: '' })": 'one instant a line',
      "p.prometheusProbe({ url: '', metric: '', |rate: true })": 'increase per second',
    }
    tooltipsOf(Object.keys(shown)).forEach((tooltip, i) => {
      const [source = '', expected = ''] = Object.entries(shown)[i] ?? []
      assert.ok(tooltip.includes(expected), `${source}: ${tooltip}`)
    })
  })
})
