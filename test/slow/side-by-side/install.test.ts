import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import * as assert from 'uvu/assert'
import { scenarioJsonSchema } from '../../../harness/scenario/json-schema.ts'
import { describe } from '../../kit/suite.ts'

const run = promisify(execFile)
const root = new URL('../../..', import.meta.url).pathname

interface LockedPackage {
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly resolved?: string
}

const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
  readonly packages: Readonly<Record<string, LockedPackage>>
}

/** The folder a package finds another one in, as Node looks for it: its own first, then those above. */
function folderOf(dependency: string, from: string): string | undefined {
  const above = from
    .split('/node_modules/')
    .map((_, i, parts) => parts.slice(0, i + 1).join('/node_modules/'))
  const folders = [...above.reverse().map((folder) => `${folder}/node_modules`), 'node_modules']
  return folders.map((folder) => `${folder}/${dependency}`).find((path) => path in packages)
}

/** The paths of the files that `npm pack` puts into the package. */
async function packedFiles(): Promise<readonly string[]> {
  const { stdout } = await run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: root })
  const [packed] = JSON.parse(stdout) as [{ readonly files: readonly { readonly path: string }[] }]
  return packed.files.map(({ path }) => path)
}

describe('The lockfile', (test) => {
  test('holds the optional packages of every platform, for every dependency', () => {
    const optional = Object.entries(packages).flatMap(([from, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).map((name) => ({ from, name })),
    )
    // esbuild, biome, sharp and libsql alone have more than a hundred.
    assert.ok(optional.length >= 100, `${optional.length}`)
    const missing = optional.filter(({ from, name }) => folderOf(name, from) === undefined)
    assert.equal(missing, [])
  })

  test('names no registry: packages come from the one of whoever installs', () => {
    const bound = Object.entries(packages).filter(([, { resolved }]) => /^https?:/.test(resolved ?? ''))
    assert.equal(bound, [])
  })

  test('agrees with package.json, so that `npm ci` takes it', async () => {
    const { stderr } = await run('npm', ['ci', '--dry-run', '--offline', '--ignore-scripts'], { cwd: root })
    assert.is(stderr, '')
  })
})

describe('The package', (test) => {
  test('holds the command, the documentation and the JSON Schema', async () => {
    const files = await packedFiles()
    for (const file of [
      'dist/cli/main.js',
      'dist/index.d.ts',
      'dist/scenario.schema.json',
      'docs/reports.md',
    ])
      assert.ok(files.includes(file), file)
    assert.equal(
      files.filter((file) => !/^(dist|docs)\/|^(LICENSE|README\.md|CHANGELOG\.md|package\.json)$/.test(file)),
      [],
    )
  })

  test('has types that need nothing which its user has not installed', async () => {
    const project = mkdtempSync(join(tmpdir(), 'proofload-types-'))
    try {
      mkdirSync(join(project, 'node_modules'))
      symlinkSync(root, join(project, 'node_modules/proofload'))
      writeFileSync(join(project, 'package.json'), '{ "type": "module" }')
      writeFileSync(
        join(project, 'scenario.ts'),
        `import { businessHours, defineScenario, http } from 'proofload'
import type { TargetPlugin } from 'proofload/plugin'
export type Plugins = readonly TargetPlugin[]
export default defineScenario({
  name: 'shop',
  target: http({ url: 'http://127.0.0.1:7070' }),
  workload: businessHours({ agents: 5, day: '10m' }),
  journeys: { browse: { steps: [http.get('/items')] } },
})
`,
      )
      const options =
        '--noEmit --strict --module nodenext --target es2022 --skipLibCheck false --types'.split(' ')
      const tsc = join(root, 'node_modules/typescript7/bin/tsc')
      const checked = run(process.execPath, [tsc, ...options, '', 'scenario.ts'], { cwd: project })
      assert.is(
        await checked.then(
          ({ stdout }) => stdout,
          ({ stdout }) => stdout,
        ),
        '',
      )
    } finally {
      rmSync(project, { recursive: true })
    }
  })

  test('has the JSON Schema that `proofload schema` prints', () => {
    const built = readFileSync(join(root, 'dist/scenario.schema.json'), 'utf8')
    assert.equal(JSON.parse(built), JSON.parse(JSON.stringify(scenarioJsonSchema())))
  })
})
