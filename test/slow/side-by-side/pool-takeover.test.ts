import { existsSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { inWorkplace, type Workplace } from '../../kit/cli.ts'
import { judgedOutput, okIn } from '../../kit/judged-output.ts'
import { HAS_NATS, NATS_HINT, startNats } from '../../kit/nats-server.ts'
import { withRawServer } from '../../kit/raw-server.ts'
import { describe } from '../../kit/suite.ts'
import { until } from '../../kit/until.ts'

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'
const RUN = 'nightly-1'

const scenario = (url: string, duration: string) => `
import { constantRate, defineScenario, http } from 'proofload'
export default defineScenario({
  name: 'taken',
  target: http({ url: '${url}' }),
  workload: constantRate({ rate: '30/s', duration: '${duration}', agents: 20 }),
  warmUp: '0s',
  setup: () => new Map([['word', 'told']]),
  teardown: async ({ target }, value) => {
    await target.get('/torn/' + value.get('word'))
  },
  journeys: { a: { async run({ target, setup }) { await target.get('/at/' + setup.get('word')) } } },
  objectives: ['error_ratio < 1%'],
})
`

const askedFor = (requests: readonly string[], path: string) =>
  requests.filter((head) => head.startsWith(`GET ${path} `)).length

interface Scene {
  readonly place: Workplace
  readonly requests: readonly string[]
  readonly options: readonly string[]
}

/** A broker, two workers and a target, and a scenario of that duration. */
function withScene(duration: string, body: (scene: Scene) => Promise<void>): Promise<void> {
  return inWorkplace(async (place) => {
    const broker = await startNats()
    const on = `nats://127.0.0.1:${broker.port}/main`
    const workers = ['eu-1', 'eu-2'].map((name) =>
      place.startProcess('worker', '--on', on, '--name', name, '--threads', '1'),
    )
    try {
      await Promise.all(workers.map((worker) => worker.sees('waits at')))
      await withRawServer(
        (socket) => socket.write(OK),
        async ({ url, requests }) => {
          place.write('taken.ts', scenario(url, duration))
          const options = ['taken.ts', '--on', on, '--workers', '2', '--run-id', RUN, '--json']
          await body({ place, requests, options })
        },
      )
    } finally {
      for (const { child } of workers) child.kill('SIGKILL')
      await Promise.all(workers.map(({ ended }) => ended))
      await broker.stop()
    }
  })
}

describe('A run whose coordinator is killed', (test) => {
  if (!HAS_NATS) {
    test.skip('is gone on with', NATS_HINT)
    return
  }

  test('is gone on with by the same command: the whole load, every request counted, one teardown', () =>
    withScene('25s', async ({ place, requests, options }) => {
      const first = place.startProcess('run', ...options, '--lease', '60s')
      await until(() => askedFor(requests, '/at/told') > 60)
      first.child.kill('SIGKILL')
      await first.ended
      const ended = await place.startProcess('run', ...options, '--lease', '60s').ended
      const { verdict, record } = judgedOutput(place, ended)

      // Whether the generator can be believed is a matter of this machine.
      assert.not(
        verdict.reasons.some(({ code }) => /LOST|PARTIAL|INTERRUPTED/.test(code)),
        ended.stderr,
      )
      assert.is(record.status, 'complete')
      assert.is(record.dispatch.planned, 750)
      assert.is(okIn(record), askedFor(requests, '/at/told'))
      assert.equal(
        record.hosts.map(({ epochs }) => epochs[0]?.end),
        ['finished', 'finished'],
      )
      assert.is(record.takeovers.length, 1)
      assert.ok(verdict.cautions.some(({ code }) => code === 'COORDINATOR_REPLACED'))
      assert.is(askedFor(requests, '/torn/told'), 1)
      assert.is(existsSync(join(place.path, 'reports/taken', RUN, 'journal.ndjson')), false)

      const over = await place.run('run', ...options)
      assert.is(over.status, 2)
      assert.match(over.stderr, `run ${RUN} is over`)
    }))

  test('ends its load within the lease, and gives the same sums to one that comes later', () =>
    withScene('120s', async ({ place, requests, options }) => {
      const first = place.startProcess('run', ...options, '--lease', '5s')
      await until(() => askedFor(requests, '/at/told') > 60)
      const rival = await place.run('run', ...options)
      assert.is(rival.status, 2)
      assert.match(rival.stderr, /RUN_TAKEN.*driven by another coordinator/)
      first.child.kill('SIGKILL')
      await first.ended
      const counted = () => askedFor(requests, '/at/told')
      // Nothing is sent any more when the lease is over.
      await until(async () => {
        const before = counted()
        await new Promise((resolve) => setTimeout(resolve, 2_000))
        return counted() === before
      })
      const ended = await place.startProcess('run', ...options, '--lease', '5s').ended
      const { verdict, record } = judgedOutput(place, ended)

      assert.equal([verdict.outcome, ended.status], ['INCONCLUSIVE', 3])
      assert.match(verdict.reasons.map(({ code }) => code).join(' '), 'COORDINATOR_LOST')
      assert.is(okIn(record), counted())
      assert.is(record.dispatch.started, counted())
      assert.is(askedFor(requests, '/torn/told'), 1)
    }))
})
