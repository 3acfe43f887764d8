/** A generator that stands still at the first attempt, and what `--retries` and `--inconclusive` make of it. */
import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as assert from 'uvu/assert'
import { inWorkplace, type Workplace } from '../../kit/cli.ts'
import { startHttpServer } from '../../kit/servers.ts'
import { describe } from '../../kit/suite.ts'

/** Longer than a loop of the generator may stand still. */
const BLOCK_MS = 1_500

/** Blocks the loop of the generator in each of the first runs, once. */
function blockingScenario(url: string, folder: string, runs: number): string {
  const counter = JSON.stringify(join(folder, 'blocked'))
  return `import { appendFileSync, existsSync, readFileSync } from 'node:fs'
let isDone = false
const count = () => (existsSync(${counter}) ? readFileSync(${counter}, 'utf8').length : 0)
export default {
  name: 'blocked',
  target: { plugin: 'http', config: { url: ${JSON.stringify(url)} } },
  workload: { pattern: 'constant-agents', agents: 2, duration: '2s', think: '50ms' },
  journeys: { ask: { run: async ({ target }) => {
    await target.get('/')
    if (isDone) return
    isDone = true
    if (count() >= ${runs}) return
    appendFileSync(${counter}, 'x')
    const until = Date.now() + ${BLOCK_MS}
    while (Date.now() < until);
  } } },
  objectives: ['p99(service_time) < 30s'],
}
`
}

async function withBlocked(runs: number, body: (place: Workplace) => Promise<void>): Promise<void> {
  await inWorkplace(async (place) => {
    const server = await startHttpServer((_request, response) => response.end('{}'))
    try {
      place.write('blocked.ts', blockingScenario(server.url, place.path, runs))
      await body(place)
    } finally {
      await server.close()
    }
  })
}

describe('A run whose generator stands still', (test) => {
  test('is made again, and leaves one set of reports that names every attempt', () =>
    withBlocked(1, async (place) => {
      const { verdict, record } = await place.verdictOf('blocked.ts', '--threads', '1', '--retries', '4')
      const [first, ...others] = verdict.attempts
      assert.equal([first?.outcome, first?.runId === record.runId], ['INCONCLUSIVE', false])
      assert.match(first?.reason ?? '', 'stood still')
      assert.is(others.at(-1)?.runId, record.runId)
      assert.is(record.earlierAttempts.length, verdict.attempts.length - 1)
      assert.ok(verdict.cautions.some(({ code }) => code === 'EARLIER_ATTEMPTS'))
      const folder = dirname(dirname(verdict.files['record'] ?? ''))
      const summaries = readdirSync(folder).filter((run) => existsSync(join(folder, run, 'summary.md')))
      assert.equal(summaries, [record.runId])
      assert.is(readdirSync(folder).length, verdict.attempts.length)
    }))

  test('ends with 0 where that is accepted, and with 3 where it is not', () =>
    withBlocked(9, async (place) => {
      const warned = await place.verdictOf('blocked.ts', '--threads', '1', '--inconclusive', 'warn')
      assert.equal([warned.status, warned.verdict.outcome, warned.verdict.exitCode], [0, 'INCONCLUSIVE', 0])
      const again = await place.verdictOf('blocked.ts', '--threads', '1', '--retries', '1')
      assert.equal(
        [again.status, again.verdict.outcome, again.verdict.attempts.length],
        [3, 'INCONCLUSIVE', 2],
      )
    }))
})
