import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { VerdictDocument } from '../../../harness/model/verdict.ts'
import { inWorkplace, type Workplace } from '../../kit/cli.ts'
import { installPackage, pluginText, writeBelow, writePlugin } from '../../kit/plugin-files.ts'
import { describe } from '../../kit/suite.ts'

const PACKAGE = "{ package: '@acme/echo', version: 1.4.2 }"
const scenario = (plugins: string, config = '{ word: "!" }') => `name: outside
plugins: { ${plugins} }
target: { plugin: echo, config: ${config} }
workload: { pattern: constant-agents, agents: 4, duration: 1s, think: 20ms }
warmUp: 0s
journeys:
  say: { steps: [{ request: { say: hi }, expect: { body: { contains: hello } } }] }
objectives: [error_ratio < 1%]
`

async function check(place: Workplace, plugin: string, ...flags: readonly string[]) {
  place.write('outside.yaml', scenario(`echo: ${plugin}`))
  return place.run('check', 'outside.yaml', ...flags)
}

async function refusalOf(place: Workplace, plugin: string): Promise<string> {
  const { status, stderr } = await check(place, plugin)
  assert.is(status, 2, stderr)
  return stderr
}

/** The package with the hash that a refusal names. */
async function pinnedPackage(place: Workplace): Promise<string> {
  const hash = /hash to (sha256-[0-9a-f]{64})/.exec(await refusalOf(place, PACKAGE))?.[1] ?? ''
  return PACKAGE.replace(' }', `, integrity: ${hash} }`)
}

describe('A plugin that is a package', (test) => {
  test('has to be pinned, and then brings its target to every thread', () =>
    inWorkplace(async (place) => {
      installPackage(place)
      assert.match(await refusalOf(place, PACKAGE), /PLUGIN_UNPINNED.*@acme\/echo, which is not pinned/)

      place.write('outside.yaml', scenario(`echo: ${await pinnedPackage(place)}`))
      const { verdict, record } = await place.verdictOf('outside.yaml', '--threads', '4')
      assert.ok((verdict.summary.steps['say']?.ok ?? 0) > 0, JSON.stringify(verdict.reasons))
      const [plugin] = record.plan.plugins ?? []
      assert.equal([plugin?.place, plugin?.version, plugin?.isPinned], ['@acme/echo', '1.4.2', true])
    }))

  test('is refused when one byte of a package that it imports has changed', () =>
    inWorkplace(async (place) => {
      installPackage(place)
      const pinned = await pinnedPackage(place)
      assert.is((await check(place, pinned)).status, 0)

      writeBelow(place, 'node_modules/greeting/index.js', "exports.ANSWER = 'hellO'\n")
      assert.match(await refusalOf(place, pinned), /PLUGIN_PIN.*plugin echo is not what was pinned/)
    }))

  test('is refused where its name or version is another', () =>
    inWorkplace(async (place) => {
      installPackage(place)
      assert.match(
        await refusalOf(place, "{ package: '@acme/ecko', version: 1.4.2 }"),
        /PLUGIN_NOT_FOUND.*no package @acme\/ecko/,
      )
      assert.match(
        await refusalOf(place, "{ package: '@acme/echo', version: 1.4.3 }"),
        /PLUGIN_VERSION.*@acme\/echo 1\.4\.3, and 1\.4\.2 is installed/,
      )
      assert.match(await refusalOf(place, "{ package: '@acme/echo', version: ^1.4.2 }"), /an exact version/)
      assert.match(await refusalOf(place, '{ package: ./echo.js, version: 1.0.0 }'), /plugins\.echo/)
    }))

  test('is refused with a script of its installation or a native addon, unless the scenario permits it', () =>
    inWorkplace(async (place) => {
      installPackage(place, { scripts: { postinstall: 'node install.js' } })
      assert.match(await refusalOf(place, PACKAGE), /PLUGIN_NATIVE.*runs a script when it is installed/)
      assert.match(await refusalOf(place, PACKAGE.replace(' }', ', native: true }')), /PLUGIN_UNPINNED/)

      writePlugin(place, { top: "import addon from './addon.node'; export { addon }" })
      place.write('addon.node', 'no addon')
      assert.match(await refusalOf(place, '{ path: ./echo.ts }'), /PLUGIN_NATIVE.*native addon addon\.node/)
    }))
})

describe('A plugin', (test) => {
  test('that throws fails that request as code, and is a caution of the run', () =>
    inWorkplace(async (place) => {
      writePlugin(place, { top: 'let starts = 0', start: "if (starts++ === 0) throw new Error('slipped')" })
      place.write('outside.yaml', scenario('echo: { path: ./echo.ts }'))
      const { verdict, record } = await place.verdictOf('outside.yaml', '--threads', '1')
      assert.equal(verdict.summary.steps['say']?.errors, { code: 1 })
      assert.ok((verdict.summary.steps['say']?.ok ?? 0) > 0)
      const caution = verdict.cautions.find(({ code }) => code === 'PLUGIN_THREW')
      assert.match(caution?.message ?? '', /plugin echo threw: slipped/)
      assert.equal(
        verdict.plugins.map(({ name, integrity }) => [name, integrity]),
        [['echo', record.plan.plugins?.[0]?.integrity]],
      )
    }))

  test('that throws again and again ends its thread, which the verdict says', () =>
    inWorkplace(async (place) => {
      writePlugin(place, { start: "throw new Error('always')" })
      place.write('outside.yaml', scenario('echo: { path: ./echo.ts }'))
      const { verdict } = await place.verdictOf('outside.yaml', '--threads', '1')
      assert.not.equal(verdict.outcome, 'GO')
      const lost = verdict.reasons.find(({ code }) => code === 'LOST_SHARD')
      assert.match(lost?.message ?? '', /plugin echo threw: always: 3 times within a second/)
    }))

  test('whose bundle is changed after it was checked is run by no thread', () =>
    inWorkplace(async (place) => {
      mkdirSync(join(place.path, 'node_modules'))
      writePlugin(place)
      place.write(
        'outside.ts',
        `import { appendFileSync, readdirSync } from 'node:fs'
import { constantAgents, defineScenario } from 'proofload'
import plugin, { echo, say } from './echo.ts'
const folder = ${JSON.stringify(join(place.path, 'node_modules/.cache/proofload'))}
export default defineScenario({
  name: 'outside', plugins: { echo: plugin }, target: echo(),
  workload: constantAgents({ agents: 1, duration: '1s' }), warmUp: '0s',
  setup: () => {
    for (const file of readdirSync(folder)) if (file.startsWith('echo-')) appendFileSync(folder + '/' + file, '\\n')
  },
  journeys: { say: { steps: [say('hi')] } },
})`,
      )
      const { status, stderr } = await place.run('run', 'outside.ts', '--quiet')
      assert.is(status, 2, stderr)
      assert.match(stderr, /the bundle of plugin echo was changed after it was checked/)
    }))

  test('is told by preflight, with what it provides and needs', () =>
    inWorkplace(async (place) => {
      writePlugin(place)
      place.write('outside.yaml', scenario('echo: { path: ./echo.ts }'))
      const { stdout } = await place.run('preflight', 'outside.yaml')
      assert.match(
        stdout,
        /plugins-declared: plugin echo \(not pinned, of this repository\) provides targets echo; network config\.host/,
      )
    }))

  test('is refused where a link leads out of the repository, unless that folder is named', () =>
    inWorkplace(async (place) => {
      const elsewhere = mkdtempSync(join(tmpdir(), 'proofload-elsewhere-'))
      try {
        writeFileSync(join(elsewhere, 'echo.ts'), pluginText())
        writeFileSync(join(elsewhere, 'answer.ts'), "export const ANSWER = 'hello'\n")
        symlinkSync(join(elsewhere, 'echo.ts'), join(place.path, 'echo.ts'))
        assert.match(
          await refusalOf(place, '{ path: ./echo.ts }'),
          /PLUGIN_OUTSIDE.*plugin echo leads out of the repository .*echo\.ts/,
        )
        const { status, stderr } = await check(place, '{ path: ./echo.ts }', '--plugin-root', elsewhere)
        assert.is(status, 0, stderr)
      } finally {
        rmSync(elsewhere, { recursive: true })
      }
    }))

  test('lies in the git repository of the scenario, beside its folder as well as in it', () =>
    inWorkplace(async (place) => {
      mkdirSync(join(place.path, '.git'))
      writePlugin(place)
      writeBelow(place, 'scenarios/outside.yaml', scenario('echo: { path: ../echo.ts }'))
      const { status, stderr } = await place.run('check', 'scenarios/outside.yaml')
      assert.is(status, 0, stderr)
    }))

  test('is refused when its bundle holds a proofload of its own', () =>
    inWorkplace(async (place) => {
      const own = new URL('../../../harness/plugin.ts', import.meta.url).pathname
      writePlugin(place)
      place.write('echo.ts', pluginText().replace("'proofload/plugin'", `'${own}'`))
      const { status, stderr } = await check(
        place,
        '{ path: ./echo.ts }',
        '--plugin-root',
        new URL('../../..', import.meta.url).pathname,
      )
      assert.is(status, 2)
      assert.match(stderr, /PLUGIN_BRINGS_HOST.*the bundle of plugin echo holds a proofload of its own/)
    }))

  test('is refused together with all others that cannot be loaded', () =>
    inWorkplace(async (place) => {
      writePlugin(place, { contract: 3 })
      place.write('outside.yaml', scenario('echo: { path: ./echo.ts }, gone: { path: ./gone.ts }'))
      const { status, stderr } = await place.run('check', 'outside.yaml')
      assert.is(status, 2)
      assert.match(stderr, /plugins\.echo.*PLUGIN_CONTRACT/)
      assert.match(stderr, /plugins\.gone.*PLUGIN_NOT_FOUND/)
    }))

  test('is given the secrets that it states, and no others; those of its configuration are filled in', () =>
    inWorkplace(async (place) => {
      const answer = `\`hello \${JSON.stringify(this.context.secrets)} \``
      writePlugin(place, { env: ['ECHO_TOKEN'], answer })
      const config = '{ word: "{{secret.ECHO_WORD}}" }'
      const wanted = `'hello {"ECHO_TOKEN":"t0ken-of-echo"} w0rd-of-echo'`
      place.write(
        'outside.yaml',
        scenario('echo: { path: ./echo.ts }', config).replace('contains: hello', `contains: ${wanted}`),
      )
      const missing = await place.run('run', 'outside.yaml', '--json', '--quiet')
      assert.is(missing.status, 4)
      assert.match(missing.stderr, /ECHO_TOKEN/)

      const given = { ECHO_TOKEN: 't0ken-of-echo', ECHO_WORD: 'w0rd-of-echo' }
      const { stdout } = await place.startWith(given, 'run', 'outside.yaml', '--json', '--quiet').ended
      const { say } = (JSON.parse(stdout) as VerdictDocument).summary.steps
      assert.ok((say?.ok ?? 0) > 0, stdout)
      assert.is(say?.ok, say?.requests)
      assert.not.match(stdout, /t0ken|w0rd/)
    }))
})
