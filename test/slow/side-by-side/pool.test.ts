import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import * as assert from 'uvu/assert'
import { inWorkplace, type Workplace } from '../../kit/cli.ts'
import { judgedOutput, okIn } from '../../kit/judged-output.ts'
import { HAS_NATS, NATS_HINT, startNats } from '../../kit/nats-server.ts'
import { withRawServer } from '../../kit/raw-server.ts'
import type { ServerProcess } from '../../kit/server-process.ts'
import { describe } from '../../kit/suite.ts'
import { until } from '../../kit/until.ts'

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'

/** Code that imports the package, is given what setup returned, and a secret of the worker's own environment. */
const scenario = (url: string, duration: string) => `
import { constantRate, defineScenario, http, secret } from 'proofload'
export default defineScenario({
  name: 'code',
  target: http({ url: '${url}', headers: { 'x-key': secret('POOL_KEY') } }),
  workload: constantRate({ rate: '30/s', duration: '${duration}', agents: 20 }),
  warmUp: '0s',
  setup: () => new Map([['word', 'told']]),
  journeys: {
    a: {
      async run({ target, setup }) {
        await target.get('/at/' + setup.get('word'))
      },
    },
  },
})
`

const toldIn = (requests: readonly string[]) => requests.filter((head) => head.startsWith('GET /at/told '))

interface Pool {
  readonly place: Workplace
  readonly broker: ServerProcess
  readonly on: string
}

/** A broker and two workers of it, which are asked to end after the body and do. */
function withPool(body: (pool: Pool) => Promise<void>): Promise<void> {
  return inWorkplace(async (place) => {
    const broker = await startNats()
    const on = `nats://127.0.0.1:${broker.port}/main`
    const workers = ['eu-1', 'eu-2'].map((name) =>
      place.startWith({ POOL_KEY: `key of ${name}` }, 'worker', '--on', on, '--name', name, '--threads', '1'),
    )
    try {
      await Promise.all(workers.map((worker) => worker.sees('waits at')))
      await body({ place, broker, on })
      for (const worker of workers) worker.signal('SIGTERM')
      for (const worker of workers) assert.is((await worker.ended).status, 0)
    } finally {
      for (const worker of workers) worker.child.kill('SIGKILL')
      await broker.stop()
    }
  })
}

const statusOf = async ({ place, on }: Pool) =>
  JSON.parse((await place.run('pool', 'status', '--on', on, '--json')).stdout) as {
    workers: { worker: string; state: string; unusable: string | null }[]
  }

async function streamsOf({ port }: ServerProcess): Promise<string[]> {
  const own = await connect({ servers: `127.0.0.1:${port}`, reconnect: false })
  try {
    return await (await jetstreamManager(own)).streams.names().next()
  } finally {
    await own.close()
  }
}

describe('A pool of workers', (test) => {
  if (!HAS_NATS) {
    test.skip('drives code', NATS_HINT)
    return
  }

  test('drives code with the value of setup and secrets of its own, through a broker that is killed and comes back', () =>
    withPool((pool) =>
      withRawServer(
        (socket) => socket.write(OK),
        async ({ url, requests }) => {
          const { place, broker, on } = pool
          place.write('code.ts', scenario(url, '9s'))
          const options = ['--on', on, '--workers', '2', '--lease', '60s', '--json']
          const run = place.startWith({ POOL_KEY: 'of the coordinator' }, 'run', 'code.ts', ...options)
          await until(() => toldIn(requests).length > 40)
          await broker.kill()
          const asked = toldIn(requests).length
          await until(() => toldIn(requests).length > asked + 20)
          await broker.start()
          const { verdict, record } = judgedOutput(place, await run.ended)

          assert.is(record.status, 'complete')
          assert.not(verdict.reasons.some(({ code }) => code === 'WORKER_LOST'))
          assert.is(record.dispatch.planned, 270)
          assert.is(okIn(record), toldIn(requests).length)
          const keys = new Set(
            toldIn(requests).map((head) => head.split('\r\n').find((line) => line.startsWith('x-key'))),
          )
          assert.equal([...keys].sort(), ['x-key: key of eu-1', 'x-key: key of eu-2'])
          const text = JSON.stringify(record)
          assert.not(text.includes('key of eu-1'), 'a secret of a worker is nowhere')
          const { workers } = await statusOf(pool)
          assert.equal(await streamsOf(broker), [], 'the broker keeps nothing of a run that is over')
          assert.equal(
            workers.map(({ worker, state, unusable }) => [worker, state, unusable]),
            [
              ['eu-1', 'idle', null],
              ['eu-2', 'idle', null],
            ],
          )
        },
      ),
    ))

  test('refuses what it has not, and what a worker lacks, before any load', () =>
    withPool((pool) =>
      withRawServer(
        (socket) => socket.write(OK),
        async ({ url, requests }) => {
          const { place, on } = pool
          const none = await place.run('run', url, '--on', on, '--workers', '3', '--duration', '2s')
          assert.is(none.status, 4)
          assert.match(none.stderr, /POOL_TOO_SMALL.*3 workers/)

          place.write('code.ts', scenario(url, '9s').replace('POOL_KEY', 'OTHER_KEY'))
          const refused = await place.startWith({ OTHER_KEY: 'here alone' }, 'run', 'code.ts', '--on', on)
            .ended
          assert.is(refused.status, 4)
          assert.match(refused.stderr, 'on 2 of 2 workers (eu-1, eu-2)')
          assert.match(refused.stderr, 'OTHER_KEY')
          assert.is(toldIn(requests).length, 0)
          assert.ok((await statusOf(pool)).workers.every(({ state }) => state === 'idle'))
        },
      ),
    ))
})
