import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import * as assert from 'uvu/assert'
import { describe } from '../../kit/suite.ts'

const run = promisify(execFile)
const root = new URL('../../..', import.meta.url).pathname
const SCENARIO = `name: shop
target: { plugin: http, config: { url: "{{env.URL}}" } }
workload: { pattern: constant-rate, rate: 20/s, duration: 1s }
warmUp: 0s
journeys:
  browse: { steps: [{ request: { method: GET, path: / } }] }
`
/** What a user's program does: a run, its verdict under other objectives, and the run beside itself. */
const USE = `
async function use(url) {
  const { record, files } = await runScenario({
    scenario: url, rate: '20/s', agents: 5, duration: '1s', reports: ['json'], history: false,
  })
  const { verdict } = await judge({ run: files.record, objectives: ['error_ratio < 50%'] })
  const { checks } = await compare({ run: files.record, with: { runs: [files.record] } })
  console.log(JSON.stringify({ requests: record.summaries.all.requests, objectives: verdict.objectives.length, checks: checks.length > 0 }))
}
use(process.argv[2])
`
const TYPED = `import { compare, type HarnessError, judge, type RunOptions, runScenario } from 'proofload/api'
import { defineScenario, http } from 'proofload'
import type { TargetPlugin } from 'proofload/plugin'
const options: RunOptions = { scenario: 'shop.yaml', history: false, log: (text) => text.length }
export async function outcome(plugin: TargetPlugin | null): Promise<'GO' | 'NO_GO' | 'INCONCLUSIVE' | string> {
  try {
    const { record, verdict, files } = await runScenario(options)
    const again = await judge({ run: files['record'] ?? '', objectives: ['p99(response_time) < 1s'] })
    const { level } = await compare({ run: record.runId, with: { baseline: 'main' } })
    return again.verdict.outcome === verdict.outcome ? verdict.outcome : \`\${level} \${plugin?.name}\`
  } catch (error) {
    return (error as HarnessError).code
  }
}
export default defineScenario({
  name: 'shop',
  target: http({ url: 'http://127.0.0.1:7070' }),
  workload: { pattern: 'constant-rate', rate: '5/s', duration: '1s' },
  journeys: { browse: { steps: [http.get('/')] } },
})
`

/** A project of somebody else in which the packed package is installed, beside the packages that it names. */
async function inProject(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'proofload-project-'))
  try {
    const packed = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
      cwd: root,
    })
    const [{ filename }] = JSON.parse(packed.stdout) as [{ readonly filename: string }]
    const modules = join(folder, 'node_modules')
    mkdirSync(join(modules, 'proofload'), { recursive: true })
    await run('tar', [
      '-xzf',
      join(folder, filename),
      '--strip-components',
      '1',
      '-C',
      join(modules, 'proofload'),
    ])
    const { dependencies } = JSON.parse(readFileSync(join(modules, 'proofload', 'package.json'), 'utf8')) as {
      readonly dependencies: Readonly<Record<string, string>>
    }
    for (const name of Object.keys(dependencies)) {
      mkdirSync(dirname(join(modules, name)), { recursive: true })
      symlinkSync(join(root, 'node_modules', name), join(modules, name))
    }
    writeFileSync(join(folder, 'package.json'), '{ "name": "shop", "private": true }')
    await body(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function withServer(body: (url: string) => Promise<void>): Promise<void> {
  const server = createServer((_request, response) => response.end('ok'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    await body(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

describe('The packed package, in the project of a user', (test) => {
  test('is used from JavaScript, CommonJS and TypeScript', () =>
    inProject((folder) =>
      withServer(async (url) => {
        writeFileSync(
          join(folder, 'use.mjs'),
          `import { compare, judge, runScenario } from 'proofload/api'${USE}`,
        )
        writeFileSync(
          join(folder, 'use.cjs'),
          `const { compare, judge, runScenario } = require('proofload/api')
if (typeof require('proofload').defineScenario !== 'function' || !require('proofload/plugin').PLUGIN_CONTRACT) throw new Error()${USE}`,
        )
        for (const file of ['use.mjs', 'use.cjs']) {
          const { stdout, stderr } = await run(process.execPath, [file, url], { cwd: folder })
          const { requests, ...rest } = JSON.parse(stdout)
          assert.equal(rest, { objectives: 2, checks: true }, file)
          assert.ok(requests > 0)
          assert.is(stderr.replace(/^\(.*\n/gm, ''), '')
        }

        const tsc = join(root, 'node_modules/typescript7/bin/tsc')
        const options =
          '--noEmit --strict --module nodenext --target es2022 --skipLibCheck false --types'.split(' ')
        for (const file of ['use.mts', 'use.cts']) writeFileSync(join(folder, file), TYPED)
        const checked = run(process.execPath, [tsc, ...options, '', 'use.mts', 'use.cts'], { cwd: folder })
        assert.is(
          await checked.then(
            ({ stdout }) => stdout,
            ({ stdout }) => stdout,
          ),
          '',
        )

        const { stdout } = await run(
          process.execPath,
          ['node_modules/proofload/dist/cli/main.js', '--version'],
          { cwd: folder },
        )
        assert.match(stdout, /^\d+\.\d+\.\d+/)
      }),
    ))
})

describe('The single file', (test) => {
  test('needs only Node: it runs YAML, and says what is not in it', async () => {
    await run(process.execPath, ['harness/bundle/make.js'], { cwd: root })
    const folder = mkdtempSync(join(tmpdir(), 'proofload-single-'))
    const proofload = (...args: readonly string[]) =>
      run(process.execPath, [join(root, 'single-file/proofload.mjs'), ...args], {
        cwd: folder,
        env: { PATH: process.env['PATH'], HOME: folder, PROOFLOAD_CACHE: join(folder, 'cache') },
      }).catch(
        (failed: { readonly code: number; readonly stdout: string; readonly stderr: string }) => failed,
      )
    try {
      await withServer(async (url) => {
        writeFileSync(join(folder, 'shop.yaml'), SCENARIO.replace('{{env.URL}}', url))
        const { stdout, stderr } = await proofload('run', 'shop.yaml', '--json', '--no-tui')
        const { summary } = JSON.parse(stdout)
        assert.is(summary.requests, 20)
        assert.match(stderr, 'the run is not in the history: libsql is for a history in a file')
      })
      writeFileSync(join(folder, 'shop.ts'), 'export default {}')
      const refused = await proofload('check', 'shop.ts')
      assert.match(refused.stderr, 'error PART_MISSING: esbuild is for scenarios and plugins in TypeScript')
      assert.match((await proofload('docs')).stdout, '# The manual')
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  test('and the package have a bill of materials that names every dependency', async () => {
    const { stdout } = await run('npm', ['run', '--silent', 'sbom'], { cwd: root, maxBuffer: 64 * 1024 ** 2 })
    const { bomFormat, components } = JSON.parse(stdout) as {
      readonly bomFormat: string
      readonly components: readonly {
        readonly name: string
        readonly properties?: readonly { readonly name: string }[]
      }[]
    }
    const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    const shipped = components.filter(
      ({ properties = [] }) => !properties.some(({ name }) => name === 'cdx:npm:package:development'),
    )
    const names = new Set(shipped.map(({ name }) => name))
    assert.is(bomFormat, 'CycloneDX')
    assert.equal(
      Object.keys(dependencies).filter((name) => !names.has(name)),
      [],
    )
    assert.not.ok(names.has('@biomejs/biome'))
  })
})
