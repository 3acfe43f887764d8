/** Runs that are remembered, with the built command. */
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { HistoryRow } from '../../harness/model/history.ts'
import type { Verdict } from '../../harness/model/verdict.ts'
import { inWorkplace, type Workplace } from '../kit/cli.ts'
import { putForeignBaseline } from '../kit/foreign-baseline.ts'
import { freePort } from '../kit/free-port.ts'
import { startHttpServer } from '../kit/servers.ts'
import { describe } from '../kit/suite.ts'

const LOAD = ['--agents', '5', '--duration', '1s', '--threads', '1', '--json', '--quiet']

async function outputOf(place: Workplace, ...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await place.run(...args)
  assert.is(status, 0, stderr)
  return stdout
}

describe('The history', (test) => {
  test('is refused in a sentence where its driver cannot be loaded, as one made for another platform', () =>
    inWorkplace(async (place) => {
      const refuse = "if (String(name).startsWith('@libsql/')) throw Error('failed to map segment')"
      place.write(
        'refuse.cjs',
        `const load = module.constructor._load; module.constructor._load = function (name, ...more) { ${refuse}; return load.call(this, name, ...more) }`,
      )
      const environment = { NODE_OPTIONS: `--require ${JSON.stringify(join(place.path, 'refuse.cjs'))}` }
      const { status, stderr } = await place.startWith(environment, 'history', 'list').ended
      assert.is(status, 4, stderr)
      assert.match(stderr, /PART_MISSING.*failed to map segment\s+hint: .*--no-history/s)
      assert.not.match(stderr, /bug in proofload/)
    }))

  test('remembers every run, shows it, and tells its trend', () =>
    inWorkplace(async (place) => {
      const server = await startHttpServer((_request, response) => setTimeout(() => response.end('{}'), 5))
      const runs: Verdict[] = []
      for (const build of ['a', 'b', 'c'])
        runs.push(JSON.parse((await place.run('run', server.url, ...LOAD, '--build', build)).stdout))
      await place.run('run', server.url, ...LOAD, '--no-history')
      await server.close()
      const rows = JSON.parse(await outputOf(place, 'history', 'list', '--json')) as HistoryRow[]
      assert.equal(
        rows.map(({ id, build }) => [id, build]),
        runs.map(({ runId }, i) => [runId, 'abc'[i]]).reverse(),
      )
      const [first] = runs
      assert.match(await outputOf(place, 'history', 'show', first?.runId ?? ''), first?.runId ?? '')
      // On a machine that kept the generator from its work no run is valid, and there is no trend to tell.
      const isValid = rows.some(({ valid }) => valid)
      const trend = await place.run('trend', first?.scenario ?? '')
      assert.match(
        trend.stdout + trend.stderr,
        isValid ? /the newest run against/ : /the history has no valid run of/,
      )
      const missing = await place.run('history', 'show', 'nobody')
      assert.is(missing.status, 2)
    }))

  test('moves from one store to another, line by line, and knows what it has', () =>
    inWorkplace(async (place) => {
      const server = await startHttpServer((_request, response) => response.end('{}'))
      await place.run('run', server.url, ...LOAD)
      await server.close()
      const lines = await outputOf(place, 'history', 'export')
      const take = () => place.runWithInput(lines, 'history', 'import', '--store', 'other.db')
      assert.match((await take()).stdout, /^1 added, 0 already stored/)
      assert.match((await take()).stdout, /^0 added, 1 already stored/)
      assert.is(await outputOf(place, 'history', 'export', '--store', 'other.db'), lines)
      const torn = await place.runWithInput(lines.slice(0, 100), 'history', 'import')
      assert.is(torn.status, 2)
      assert.match(torn.stderr, /line 1/)
      assert.match(
        await outputOf(place, 'history', 'roll-up', '--before', '2100-01-01'),
        /run rolled up|0 runs rolled up/,
      )
      assert.match(await outputOf(place, 'history', 'forget', '--before', '2100-01-01'), /^1 run forgotten/)
    }))

  test('that cannot be written blocks the run before load', () =>
    inWorkplace(async (place) => {
      let asked = 0
      const server = await startHttpServer((_request, response) => {
        asked++
        response.end('{}')
      })
      place.write('taken', 'a file where a folder should be')
      const args = LOAD.filter((flag) => flag !== '--quiet')
      const { status, stderr } = await place.run('run', server.url, ...args, '--store', 'taken/history.db')
      await server.close()
      assert.is(status, 4)
      // Preflight asks the target once whether it is there.
      assert.ok(asked <= 1, `${asked} requests`)
      assert.match(stderr, /the history .*taken\/history\.db cannot be used/)
    }))
})

/** The scenario of a run of a URL. */
const scenarioOf = (url: string) => new URL(url).host.replaceAll(/[.:]/g, '-')

describe('A suspicion', (test) => {
  test('is not settled without builds, or by builds that do not start, and it says why', () =>
    inWorkplace(async (place) => {
      const server = await startHttpServer((_request, response) => response.end('{}'))
      const without = await place.run('run', server.url, ...LOAD, '--baseline', 'main', '--confirm')
      assert.is(without.status, 2)
      assert.match(without.stderr, /builds: \{ baseline/)
      await putForeignBaseline(place.path, scenarioOf(server.url))
      const port = await freePort()
      const command = 'echo no such database >&2; exit 3'
      const broken = await place.run(
        'run',
        server.url,
        ...LOAD,
        '--baseline',
        'main',
        '--confirm',
        '--set',
        `builds.baseline={url: "http://127.0.0.1:${port}", command: "${command}"}`,
        '--set',
        `builds.candidate={url: "http://127.0.0.1:${port}", command: "${command}"}`,
      )
      await server.close()
      assert.is(broken.status, 4)
      assert.match(broken.stderr, /ended with 3[\s\S]*no such database/)
    }))
})
