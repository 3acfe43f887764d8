import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { type CliProcess, inWorkplace, type Workplace } from '../../kit/cli.ts'
import { judgedOutput, okIn } from '../../kit/judged-output.ts'
import { HAS_NATS, NATS_HINT } from '../../kit/nats-server.ts'
import { withRawServer } from '../../kit/raw-server.ts'
import { ServerProcess } from '../../kit/server-process.ts'
import { describe } from '../../kit/suite.ts'
import { until } from '../../kit/until.ts'

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'

const scenario = (url: string, duration: string) => `name: members
target: { plugin: http, config: { url: "${url}" } }
workload: { pattern: constant-rate, rate: 30/s, duration: ${duration}, agents: 20 }
warmUp: 0s
journeys: { a: { steps: [ { request: { path: "/at" } } ] } }
`

const askedIn = (requests: readonly string[]) => requests.filter((head) => head.startsWith('GET /at ')).length

interface Pool {
  readonly place: Workplace
  readonly requests: readonly string[]
  /** The options of a coordinator. */
  readonly me: readonly string[]
  worker(name: string, ...options: string[]): CliProcess
}

/** A pool as `pool init` makes it, and a target. */
function withPool(duration: string, body: (pool: Pool) => Promise<void>): Promise<void> {
  return inWorkplace(async (place) => {
    const made = await place.run('pool', 'init', 'p', '--workers', 'eu-1,eu-2')
    assert.is(made.status, 0, made.stderr)
    const config = join(place.path, 'p/nats.conf')
    const broker = await ServerProcess.start((port) => ['nats-server', '-c', config, '-p', `${port}`])
    const on = `nats://127.0.0.1:${broker.port}/main`
    const workers: CliProcess[] = []
    const worker = (name: string, ...options: string[]) => {
      const key = `p/${name}.nk`
      const started = place.startProcess(
        ...['worker', '--on', on, '--creds', key, '--name', name, '--threads', '1'],
        ...options,
      )
      workers.push(started)
      return started
    }
    try {
      await withRawServer(
        (socket) => socket.write(OK),
        async ({ url, requests }) => {
          place.write('s.yaml', scenario(url, duration))
          await body({ place, requests, me: ['--on', on, '--creds', 'p/coordinator.nk'], worker })
        },
      )
    } finally {
      for (const { child } of workers) child.kill('SIGKILL')
      await Promise.all(workers.map(({ ended }) => ended))
      await broker.stop()
    }
  })
}

describe('A pool with keys', (test) => {
  if (!HAS_NATS) {
    test.skip('is what `pool init` makes', NATS_HINT)
    return
  }

  test('drives a run by members with no more rights than they need, and each worker once', () =>
    withPool('3s', async ({ place, requests, me, worker }) => {
      const workers = ['eu-1', 'eu-2'].map((name) => worker(name, '--once', '--health', '127.0.0.1:0'))
      await Promise.all(workers.map((each) => each.sees('waits at')))
      const options = ['s.yaml', ...me, '--workers', '2', '--wait-workers', '30s', '--json']
      const { record } = judgedOutput(place, await place.run('run', ...options))

      assert.is(record.status, 'complete')
      assert.is(okIn(record), askedIn(requests))
      assert.is(
        record.hosts.reduce((sum, { own }) => sum + (own?.requests ?? 0), 0),
        okIn(record),
        'what each measured is what all measured',
      )
      for (const { ended } of workers) assert.is((await ended).status, 0)
    }))

  test('keeps a worker from what is not its own', () =>
    withPool('3s', async ({ place, me, worker }) => {
      const stranger = await worker('eu-1')
        .sees('waits at')
        .then(() => place.run('pool', 'status', ...me.slice(0, 2), '--creds', 'p/eu-1.nk', '--json'))
      assert.not(stranger.stdout.includes('eu-1'), 'a worker cannot ask who is there')
      const none = await place.run('pool', 'status', ...me.slice(0, 2))
      assert.is(none.status, 4)
      assert.match(none.stderr, 'POOL_UNREACHABLE')
    }))

  test('has what its limits refuse told before load', () =>
    withPool('3s', async ({ place, requests, me, worker }) => {
      await worker('eu-1', '--max-rate', '10').sees('waits at')
      const refused = await place.run('run', 's.yaml', ...me)
      assert.is(refused.status, 4)
      assert.match(refused.stderr, '30/s is asked of it, and --max-rate allows 10/s')
      assert.is(askedIn(requests), 0)
    }))

  test('gives what a run had counted whose coordinator never comes back, and forgets it when it is told to', () =>
    withPool('120s', async ({ place, requests, me, worker }) => {
      await Promise.all(['eu-1', 'eu-2'].map((name) => worker(name).sees('waits at')))
      const options = ['s.yaml', ...me, '--workers', '2', '--run-id', 'gone-1', '--lease', '5s']
      const run = place.startProcess('run', ...options, '--out', 'elsewhere')
      await until(() => askedIn(requests) > 60)
      const living = await place.run('pool', 'collect', 'gone-1', ...me)
      assert.is(living.status, 2)
      assert.match(living.stderr, 'RUN_TAKEN')
      run.child.kill('SIGKILL')
      await run.ended
      const collected = await place.run('pool', 'collect', 'gone-1', ...me, '--json')
      const { verdict, record } = judgedOutput(place, collected)

      assert.equal([collected.status, verdict.outcome, record.status], [3, 'INCONCLUSIVE', 'partial'])
      assert.is(record.dispatch.started, askedIn(requests))
      const again = await place.run('pool', 'collect', 'gone-1', ...me)
      assert.is(again.status, 2)
      assert.match(again.stderr, 'no run gone-1 has begun')

      const lost = place.startProcess('run', ...options.map((each) => (each === 'gone-1' ? 'gone-2' : each)))
      await until(() => askedIn(requests) > record.dispatch.started + 30)
      lost.child.kill('SIGKILL')
      await lost.ended
      const kept = await place.run('pool', 'prune', ...me, '--older-than', '1h')
      assert.equal([kept.status, kept.stdout], [0, 'nothing to drop\n'])
      const pruned = await until(async () => {
        const { stdout } = await place.run('pool', 'prune', ...me, '--older-than', '20s', '--json')
        const { pruned: dropped } = JSON.parse(stdout) as { pruned: { run: string }[] }
        return dropped.length > 0 && dropped
      }, 500)
      assert.equal(
        pruned.map(({ run: dropped }) => dropped),
        ['gone-2'],
      )
    }))
})
