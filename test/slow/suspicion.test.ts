/** Builds that the harness starts to settle a suspicion by real response times, with the built command. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as assert from 'uvu/assert'
import type { Comparison } from '../../harness/model/comparison.ts'
import type { VerdictDocument } from '../../harness/model/verdict.ts'
import { inWorkplace } from '../kit/cli.ts'
import { putForeignBaseline } from '../kit/foreign-baseline.ts'
import { freePort } from '../kit/free-port.ts'
import { describe } from '../kit/suite.ts'

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
      await putForeignBaseline(place.path, 'confirmed')
      const confirm = ['--baseline', 'main', '--confirm', '--threads', '1', '--json']
      const { status, stdout, stderr } = await place.run('run', 'slow.yaml', ...confirm)
      assert.ok(stdout.startsWith('{'), stderr)
      const comparison = (JSON.parse(stdout) as VerdictDocument).comparison as Comparison
      assert.equal([comparison.level, status], ['no-go', 1], stderr)
      assert.match(stderr, /pair 1 of at most 5, baseline/)
      assert.match(stderr, /after 3 pairs.*regressed.*decided/)
      const stored = JSON.parse(
        readFileSync((JSON.parse(stdout) as VerdictDocument).files['record'] ?? '', 'utf8'),
      )
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
      await putForeignBaseline(place.path, 'confirmed')
      const flags = ['--baseline', 'main', '--confirm', '--threads', '1', '--json', '--arm-rollback']
      const { stdout, stderr } = await place.run('run', 'slow.json', ...flags)
      assert.ok(stdout.startsWith('{'), stderr)
      const { rollback, files } = JSON.parse(stdout) as VerdictDocument

      assert.is(rollback?.procedures[0]?.outcome, 'succeeded', stderr)
      assert.match(rollback?.steps[4]?.message ?? '', /^the validation load says /)
      assert.ok(existsSync(join(dirname(files['record'] ?? ''), 'validation-1', 'verdict.json')))
    }))
})
