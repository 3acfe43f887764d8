/** Runs that are remembered, with the built command; and builds that the harness starts to settle a suspicion. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as assert from 'uvu/assert'
import type { Comparison } from '../../harness/model/comparison.ts'
import type { HistoryRow } from '../../harness/model/history.ts'
import type { Verdict } from '../../harness/model/verdict.ts'
import { inWorkplace, type Workplace } from '../kit/cli.ts'
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
      assert.match(await outputOf(place, 'trend', first?.scenario ?? ''), /the newest run against/)
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
      assert.match((await take()).stdout, /^1 added, 0 known/)
      assert.match((await take()).stdout, /^0 added, 1 known/)
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

  test('that cannot be written costs a note, not the verdict', () =>
    inWorkplace(async (place) => {
      const server = await startHttpServer((_request, response) => response.end('{}'))
      place.write('taken', 'a file where a folder should be')
      const args = LOAD.filter((flag) => flag !== '--quiet')
      const { status, stderr } = await place.run('run', server.url, ...args, '--store', 'taken/history.db')
      await server.close()
      assert.is(status, 0)
      assert.match(stderr, /the history .*taken\/history\.db cannot be used/)
    }))
})

/** A server as a file: the delay of its answers in ms is its second argument. */
const SERVER = `import { createServer } from 'node:http'
const [, , port, delayMs] = process.argv
createServer((_request, response) => setTimeout(() => response.end('{}'), Number(delayMs))).listen(Number(port), '127.0.0.1')
`

describe('A suspicion', (test) => {
  test('is settled by pairs of builds that the harness starts and stops itself', () =>
    inWorkplace(async (place) => {
      place.write('server.mjs', SERVER)
      const port = await freePort()
      const url = `http://127.0.0.1:${port}`
      const scenario = (candidateMs: number) => `
name: confirmed
target: { plugin: http, config: { url: "${url}" } }
workload: { pattern: constant-agents, agents: 30, duration: 2s }
warmUp: 500ms
journeys: { main: { steps: [{ request: { method: GET, path: / } }] } }
builds:
  baseline: { url: "${url}", command: "${process.execPath} server.mjs ${port} 150" }
  candidate: { url: "${url}", command: "${process.execPath} server.mjs ${port} ${candidateMs}" }
`
      place.write('slow.yaml', scenario(220))
      const confirm = ['--baseline', 'main', '--confirm', '--threads', '1', '--json']
      const { status, stdout, stderr } = await place.run('run', 'slow.yaml', ...confirm)
      assert.ok(stdout.startsWith('{'), stderr)
      const comparison = (JSON.parse(stdout) as Verdict).comparison as Comparison
      assert.equal([comparison.level, status], ['no-go', 1], stderr)
      assert.match(stderr, /pair 1 of at most 5, baseline/)
      assert.match(stderr, /after 3 pairs.*regressed.*decided/)
      const stored = JSON.parse(readFileSync((JSON.parse(stdout) as Verdict).files['record'] ?? '', 'utf8'))
      assert.is(stored.scenario, 'confirmed')
      assert.ok(existsSync(join(place.path, '.proofload', 'history.db')))
    }))

  test('leaves the candidate running for the rollback that its verdict asks for', () =>
    inWorkplace(async (place) => {
      place.write(
        'server.mjs',
        `import { createServer } from 'node:http'
const [, , port, slowMs] = process.argv
createServer((_request, response) => setTimeout(() => response.end('{}'), Number(slowMs))).listen(Number(port), '127.0.0.1')
`,
      )
      const port = await freePort()
      const url = `http://127.0.0.1:${port}`
      const build = (slowMs: number) => ({ url, command: `${process.execPath} server.mjs ${port} ${slowMs}` })
      const scenario = {
        name: 'confirmed',
        target: { plugin: 'http', config: { url } },
        workload: { pattern: 'constant-agents', agents: 20, duration: '2s' },
        journeys: { main: { steps: [{ request: { method: 'GET', path: '/' } }] } },
        // Believed after longer than the run: the load goes on to its end, and is compared.
        objectives: [{ expect: 'p50(response_time) < 150ms', for: '60s', rollback: true }],
        rollback: {
          procedures: { default: { plugin: 'command', config: { argv: ['true'] } } },
          validation: '1s',
          minRequests: 10,
        },
        builds: { baseline: build(100), candidate: build(220) },
      }
      place.write('slow.json', JSON.stringify(scenario))
      const flags = ['--baseline', 'main', '--confirm', '--threads', '1', '--json', '--arm-rollback']
      const { stdout, stderr } = await place.run('run', 'slow.json', ...flags)
      assert.ok(stdout.startsWith('{'), stderr)
      const { rollback, files } = JSON.parse(stdout) as Verdict

      assert.is(rollback?.procedures[0]?.outcome, 'succeeded', stderr)
      assert.match(rollback?.steps[4]?.message ?? '', /^the validation load says /)
      assert.ok(existsSync(join(dirname(files['record'] ?? ''), 'validation-1', 'verdict.json')))
    }))

  test('is not settled without builds, or by builds that do not start, and it says why', () =>
    inWorkplace(async (place) => {
      const server = await startHttpServer((_request, response) => response.end('{}'))
      const without = await place.run('run', server.url, ...LOAD, '--baseline', 'main', '--confirm')
      assert.is(without.status, 2)
      assert.match(without.stderr, /builds: \{ baseline/)
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
